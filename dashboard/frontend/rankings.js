// Queries with what came back, right and wrong marked. A click on a query sends `opened`, one on a result `clicked`.
const MARKS = { true: "M2 7 L5.5 10.5 L12 3.5", false: "M3 3 L11 11 M11 3 L3 11" };

function picture(item, parent, isEager) {
  const frame = element("span", { class: "picture" }, parent);
  const blank = () => element("span", { class: "blank" }, frame, item.blank);
  if (!item.src) return void blank() || frame;
  const img = element("img", { alt: item.alt, loading: isEager ? "eager" : "lazy", decoding: "async" }, frame);
  if (item.fill) img.className = "fill";
  img.onerror = () => { img.remove(); blank(); };
  img.src = item.src;
  return frame;
}

function drawQuery(row, line, action, isEager, send) {
  const ask = element("button", { class: "ask", type: "button", title: action, "aria-label": `${action}: ${row.query.alt}` }, line);
  picture(row.query, ask, isEager);
  element("span", { class: "open", "aria-hidden": "true" }, ask, action);
  ask.onclick = () => send("opened", row.key);
}

function drawResult(item, answers, action, isEager, send) {
  const state = item.is_right === null ? "unknown" : item.is_right ? "right" : "wrong";
  const found = element("button", { class: "found", type: "button", title: `${item.alt}. ${action}` }, element("li", { class: state }, answers));
  found.setAttribute("aria-label", `Rank ${item.rank}, ${state}: ${item.alt}. ${action}`);
  const frame = picture(item, found, isEager);
  if (item.is_right !== null) {
    const badge = element("span", { class: "badge", "aria-hidden": "true" }, frame);
    shape("path", { d: MARKS[item.is_right] }, shape("svg", { viewBox: "0 0 14 14" }, badge));
  }
  const what = element("span", { class: "what kind" }, found);
  element("b", {}, what, `${item.rank}`);
  what.append(` ${item.kind}`);
  element("span", { class: "what faint" }, found, item.score.toFixed(2));
  found.onclick = () => send("clicked", item.key);
}

// Every kept place as a thin bar, so that one sees at a glance where the right ones stand.
function drawStrip(strip, line) {
  const right = [...strip].filter((mark) => mark === "1").length;
  const words = `${right} of the first ${strip.length} are right`;
  const bars = element("div", { class: "bars", role: "img", "aria-label": words, title: words }, line);
  for (const mark of strip) element("i", mark === "1" ? { class: "on" } : {}, bars);
}

function drawLine(answer, body, row, data, isEager, send) {
  const line = element("div", { class: "line" }, body);
  if (answer.name) {
    const head = element("div", { class: "head" }, line);
    element("span", { class: "name" }, head, answer.name);
    for (const fact of answer.facts) element("span", { class: "fact" }, head, fact);
  }
  if (answer.strip) drawStrip(answer.strip, line);
  const label = `What came back for ${row.name}${answer.name ? ` from ${answer.name}` : ""}, best first`;
  const answers = element("ol", { class: "answers", "aria-label": label }, line);
  answer.results.forEach((item, place) => drawResult(item, answers, data.action, isEager && place < 8, send));
}

export default function ({ data, parentElement, setTriggerValue }) {
  let list = parentElement.querySelector(".list");
  if (!list) list = element("ul", { class: "list" }, parentElement);
  list.setAttribute("aria-label", data.label);
  list.style.setProperty("--tile", `${data.tile_px}px`);
  list.style.setProperty("--query", `${data.query_px}px`);
  const kept = new Map([...list.children].map((row) => [row.dataset.state, row]));
  const rows = data.rows.map((row, position) => {
    const state = JSON.stringify(row);
    if (kept.has(state)) return kept.get(state);
    const drawn = document.createElement("li");
    drawn.className = "row" + (row.query ? "" : " alone");
    drawn.dataset.state = state;
    const head = element("div", { class: "head" }, drawn);
    element("span", { class: "name" }, head, row.name);
    for (const fact of row.facts) element("span", { class: "fact" }, head, fact);
    if (row.query) drawQuery(row, drawn, data.open_action, position < 4, setTriggerValue);
    const body = element("div", { class: "body" }, drawn);
    for (const answer of row.lines) drawLine(answer, body, row, data, position < 4, setTriggerValue);
    return drawn;
  });
  list.replaceChildren(...rows);
}
