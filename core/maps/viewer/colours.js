// Colours that colour-blind people tell apart; seven of them in three shapes make the classes that a legend names.
const CLASS_COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", null]; // null: the text's
const SHAPES = ["circle", "square", "triangle"];
const NAMED = 20;
const OTHER = [140, 140, 140];
// Viridis, from dark to light, less the end that the background would swallow.
const VIRIDIS = [[68, 1, 84], [70, 50, 127], [54, 92, 141], [39, 127, 142], [31, 161, 135], [74, 194, 109], [159, 218, 58], [253, 231, 37]];

const fromHex = (hex) => [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
const css = ([red, green, blue], alpha = 1) => `rgb(${red} ${green} ${blue} / ${alpha})`;

function readTheme(root) {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const style = getComputedStyle(root);
  const colour = (name, fallback) => {
    probe.fillStyle = fallback;
    probe.fillStyle = style.getPropertyValue(name).trim() || fallback;
    probe.fillRect(0, 0, 1, 1);
    return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const back = colour("--st-background-color", "#ffffff"), text = colour("--st-text-color", "#16201f");
  return { back, text, accent: colour("--st-primary-color", "#0f6e66"), isDark: back[0] + back[1] + back[2] < 384 };
}

// The look of the n-th class: its colour and shape; beyond those the legend names, all look alike.
function classLook(code, theme) {
  if (code >= NAMED) return { colour: OTHER, shape: 0 };
  const hex = CLASS_COLOURS[code % CLASS_COLOURS.length];
  return { colour: hex ? fromHex(hex) : theme.text, shape: Math.floor(code / CLASS_COLOURS.length) % SHAPES.length };
}

// The colour of a share in [0, 1] of a scale; more is further from the background.
function scaleColour(share, theme) {
  const at = (theme.isDark ? 0.2 + 0.8 * share : 0.88 * (1 - share)) * (VIRIDIS.length - 1);
  const low = Math.min(VIRIDIS.length - 2, Math.floor(at)), part = at - low;
  return VIRIDIS[low].map((value, band) => Math.round(value + part * (VIRIDIS[low + 1][band] - value)));
}

function scaleGradient(theme) {
  const stops = Array.from({ length: 9 }, (_, step) => css(scaleColour(step / 8, theme)));
  return `linear-gradient(to right, ${stops.join(", ")})`;
}
