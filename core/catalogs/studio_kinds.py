"""The kinds of clothes the drawn catalogue has, and between what each kind varies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.catalogs.studio_palette import DENIMS, LEATHERS

# Coordinates are laid out by hand.
# fmt: off


Options = Sequence[str] | tuple[float, float]


@dataclass(frozen=True)
class Kind:
    """A kind of clothes.

    Attributes:
        garment: the detector's class.
        weight: products of this kind in a full cycle.
        genders: who it is cut for, drawn evenly.
        cuts: names of the shape: a list of choices, or (low, high) for a number.
        patterns, grains, colours: drawn evenly; a name given twice comes twice as often; no colours: all.
        words: which choices of the cut the title names.
    """

    garment: str
    weight: int
    genders: Sequence[str]
    cuts: Mapping[str, Options]
    patterns: Sequence[str] = ("plain",)
    grains: Sequence[str] = ("woven",)
    colours: Sequence[str] = ()
    words: Sequence[str] = ()


_SHIRTING = ("plain", "plain", "plain", "candy stripe", "pinstripe", "gingham", "tartan", "windowpane check",
    "polka dot", "floral", "leaf print")
_JERSEY = ("plain", "plain", "plain", "plain", "breton stripe", "wide stripe", "triple stripe", "polka dot",
    "confetti")
_KNITS = ("plain", "plain", "plain", "breton stripe", "wide stripe", "fair isle", "argyle", "triple stripe")
_PRINTS = ("plain", "plain", "floral", "floral", "leaf print", "polka dot", "gingham", "confetti", "candy stripe",
    "wide stripe")
_TAILORING = ("plain", "plain", "plain", "herringbone", "windowpane check", "pinstripe", "houndstooth", "tartan")
_SOBER = ("black", "grey", "charcoal", "navy", "brown", "tan", "beige", "olive", "cream", "burgundy", "green", "blue",
    "rust", "mustard", "teal", "light blue", "pink", "white")
_EVERYONE = ("women", "men", "unisex")
_SIZES = {"ease": (0.0, 1.0), "length": (0.0, 1.0)}

KINDS: dict[str, Kind] = {
    "T-shirt": Kind("top", 5, _EVERYONE, {
        "neck": ("crew-neck", "crew-neck", "V-neck", "scoop-neck", "boat-neck"), "sleeve": (0.26, 0.46),
        "block": ("", "", "", "print", "print", "colour block"), "pocket": ("", "", "", "pocket"), **_SIZES,
    }, _JERSEY, ("jersey",), words=("neck",)),
    "Tank top": Kind("top", 2, ("women", "women", "men"), {
        "neck": ("scoop-neck", "V-neck", "square-neck", "crew-neck"), "strap": (0.09, 0.26),
        "block": ("", "", "print"), **_SIZES,
    }, _JERSEY, ("jersey", "rib"), words=("neck",)),
    "Polo shirt": Kind("top", 2, _EVERYONE, {
        "sleeve": (0.28, 0.42), "tipped": ("", "tipped"), "block": ("", "", "", "colour block"), **_SIZES,
    }, ("plain", "plain", "plain", "breton stripe", "wide stripe", "triple stripe"), ("jersey",), words=("tipped",)),
    "Shirt": Kind("top", 4, _EVERYONE, {
        "sleeves": ("long-sleeved", "long-sleeved", "short-sleeved"), "pocket": ("", "pocket", "two pockets"),
        "collar": ("classic", "button-down", "band-collar"), **_SIZES,
    }, _SHIRTING, ("woven", "woven", "linen", "denim"), words=("collar", "sleeves")),
    "Blouse": Kind("top", 3, ("women",), {
        "front": ("pussy-bow", "V-neck", "ruffled", "round-neck"), "sleeves": ("puff-sleeved", "bishop-sleeved",
        "short-sleeved"), **_SIZES,
    }, _PRINTS, ("satin", "woven"), words=("front", "sleeves")),
    "Sweater": Kind("top", 4, _EVERYONE, {
        "neck": ("crew-neck", "V-neck", "roll-neck", "boat-neck"), "fabric": ("knit", "knit", "cable", "rib"),
        "block": ("", "", "", "colour block"), "style": ("plain", "plain", "oversized"), **_SIZES,
    }, _KNITS, words=("style", "neck")),
    "Hoodie": Kind("top", 3, _EVERYONE, {
        "front": ("pullover", "pullover", "zip-up"), "block": ("", "", "print", "colour block"), **_SIZES,
    }, ("plain", "plain", "plain", "camouflage"), ("jersey",), words=("front",)),
    "Cardigan": Kind("outerwear", 2, ("women", "women", "men"), {
        "length_name": ("cropped", "plain", "longline"), "fabric": ("knit", "cable", "rib"),
        "pocket": ("", "two pockets"), **_SIZES,
    }, ("plain", "plain", "plain", "breton stripe", "argyle", "fair isle"), words=("length_name",)),
    "Blazer": Kind("outerwear", 3, ("women", "men"), {
        "front": ("single-breasted", "single-breasted", "double-breasted"), "lapel": (0.25, 0.42), **_SIZES,
    }, _TAILORING, ("wool", "woven", "linen"), _SOBER, ("front",)),
    "Coat": Kind("outerwear", 3, ("women", "men"), {
        "style": ("wrap", "duffle", "single-breasted", "double-breasted", "puffer", "trench"), **_SIZES,
    }, ("plain", "plain", "plain", "herringbone", "houndstooth", "tartan"), ("wool",), _SOBER, ("style",)),
    "Jacket": Kind("outerwear", 4, _EVERYONE, {
        "style": ("bomber", "denim", "biker", "field", "puffer", "track"), **_SIZES,
    }, ("plain",), ("woven",), (), ("style",)),
    "Dress": Kind("dress", 6, ("women",), {
        "shape": ("A-line", "shift", "fit-and-flare", "wrap", "slip", "shirt", "tiered"),
        "skirt": ("mini", "knee-length", "midi", "maxi"),
        "sleeves": ("sleeveless", "short-sleeved", "long-sleeved", "puff-sleeved"),
        "neck": ("round", "V", "square", "boat"),
        "block": ("", "", "", "", "colour block"), "belt": ("", "", "belt"), **_SIZES,
    }, _PRINTS, ("woven", "satin", "linen"), words=("shape", "sleeves", "skirt")),
    "Jeans": Kind("pants", 3, _EVERYONE, {
        "leg": ("skinny", "straight", "wide-leg", "flared", "tapered"), "fabric": ("denim",), "wash": (0.0, 1.0),
        "detail": ("plain", "ripped", "turned-up", "plain"), "rise": (0.0, 1.0), "length": (0.0, 1.0),
    }, ("plain",), colours=("blue", "blue", "navy", "navy", "light blue", "black", "grey", "white", "beige", "olive"),
    words=("detail", "leg")),
    "Trousers": Kind("pants", 3, _EVERYONE, {
        "leg": ("slim", "straight", "wide-leg", "pleated", "cargo", "jogger"), "rise": (0.0, 1.0),
        "length": (0.0, 1.0),
    }, ("plain", "plain", "plain", "windowpane check", "herringbone", "pinstripe", "tartan"),
    ("wool", "woven", "corduroy", "linen"), _SOBER, ("leg",)),
    "Shorts": Kind("shorts", 3, _EVERYONE, {
        "style": ("denim", "chino", "pleated", "drawstring", "cargo"), "length": (0.0, 1.0), "width": (0.0, 1.0),
        "rise": (0.0, 1.0),
    }, ("plain", "plain", "plain", "gingham", "candy stripe", "leaf print", "camouflage"), ("woven", "linen"), _SOBER,
    ("style",)),
    "Skirt": Kind("skirt", 4, ("women",), {
        "shape": ("pleated", "A-line", "pencil", "wrap", "tiered", "denim"),
        "skirt": ("mini", "knee-length", "midi", "maxi"),
        "length": (0.0, 1.0), "flare": (0.0, 1.0),
    }, ("plain", "plain", "plain", "tartan", "floral", "polka dot", "houndstooth", "leaf print", "gingham"),
    ("woven", "satin", "wool", "leather"), words=("shape", "skirt")),
    "Sneakers": Kind("footwear", 3, _EVERYONE, {
        "height": ("low-top", "low-top", "high-top"), "style": ("plain", "overlay", "striped", "running"),
        "sole": (0.0, 1.0),
    }, grains=("canvas", "leather", "suede"), words=("height",)),
    "Boots": Kind("footwear", 2, ("women", "men"), {
        "style": ("Chelsea", "lace-up", "knee-high", "rain", "cowboy"), "heel": (0.0, 1.0),
    }, grains=("leather", "suede"), colours=LEATHERS, words=("style",)),
    "Heels": Kind("footwear", 2, ("women",), {
        "style": ("stiletto", "block-heel", "slingback", "ankle-strap"), "heel": (0.0, 1.0),
        "toe": ("pointed", "round"),
    }, ("plain", "plain", "plain", "polka dot", "houndstooth"), ("leather", "satin", "suede"),
    words=("toe", "style")),
    "Loafers": Kind("footwear", 2, ("women", "men"), {
        "style": ("penny", "tassel", "horsebit"), "sole": (0.0, 1.0),
    }, grains=("leather", "suede"), colours=LEATHERS, words=("style",)),
    "Handbag": Kind("bag", 3, ("women",), {
        "style": ("flap", "bucket", "satchel", "shoulder", "clutch"), "width": (0.0, 1.0),
        "strap": ("chain", "leather", "short"),
    }, ("plain", "plain", "plain", "plain", "houndstooth", "windowpane check"), ("leather", "suede"),
    words=("style",)),
    "Backpack": Kind("bag", 2, ("unisex",), {
        "style": ("roll-top", "school", "drawstring"), "width": (0.0, 1.0), "pocket": ("one pocket", "two pockets"),
        "block": ("", "", "colour block"),
    }, ("plain", "plain", "plain", "camouflage", "confetti", "leaf print"), ("canvas", "leather"), words=("style",)),
    "Tote bag": Kind("bag", 2, ("unisex", "women"), {
        "width": (0.0, 1.0), "handles": ("long-handled", "short-handled"),
        "block": ("", "print", "print", "colour block"),
    }, ("plain", "plain", "plain", "wide stripe", "candy stripe", "floral", "gingham"),
    ("canvas", "leather", "straw"), words=("handles",)),
    "Cap": Kind("headwear", 2, _EVERYONE, {
        "block": ("", "print", "print", "colour block"), "brim": (0.0, 1.0), "crown": (0.0, 1.0),
    }, ("plain", "plain", "plain", "camouflage", "tartan"), ("woven", "corduroy", "denim")),
    "Hat": Kind("headwear", 2, ("women", "men"), {
        "style": ("fedora", "bucket", "sun", "boater"), "brim": (0.0, 1.0), "crown": (0.0, 1.0),
    }, ("plain", "plain", "plain", "houndstooth"), ("wool", "straw", "woven"), words=("style",)),
    "Beanie": Kind("headwear", 2, ("unisex",), {
        "style": ("cuffed", "bobble", "slouchy"), "fabric": ("rib", "knit", "cable"), "crown": (0.0, 1.0),
    }, ("plain", "plain", "plain", "wide stripe", "fair isle", "breton stripe"), words=("style",)),
    "Scarf": Kind("scarf", 3, ("unisex", "women", "men"), {
        "style": ("fringed", "hemmed", "chunky"), "length": (0.0, 1.0), "width": (0.0, 1.0),
    }, ("plain", "tartan", "wide stripe", "herringbone", "houndstooth", "polka dot", "floral", "triple stripe",
    "windowpane check"), ("wool", "knit", "satin"), words=("style",)),
    "Belt": Kind("belt", 2, ("women", "men"), {
        "buckle": ("square", "round", "D-ring"), "width": (0.0, 1.0),
        "style": ("plain", "stitched", "studded", "braided"),
    }, grains=("leather", "suede"), colours=LEATHERS, words=("style", "buckle")),
    "Sunglasses": Kind("eyewear", 3, _EVERYONE, {
        "shape": ("round", "square", "cat-eye", "aviator", "oversized"), "lens": ("dark", "gradient", "tinted"),
        "rim": (0.0, 1.0),
    }, ("plain", "plain", "plain", "tortoiseshell"), ("smooth",), words=("shape",)),
    "Socks": Kind("legwear", 3, _EVERYONE, {
        "height": ("ankle", "crew", "knee-high"), "heel": ("", "contrast-heel"),
    }, ("plain", "breton stripe", "wide stripe", "argyle", "polka dot", "fair isle", "triple stripe", "confetti"),
    ("knit", "rib"), words=("heel", "height")),
}


def _cycle() -> tuple[str, ...]:
    """Kinds in the order products take them: every kind once, then again those with weight left."""
    rounds = max(kind.weight for kind in KINDS.values())
    return tuple(name for turn in range(rounds) for name, kind in KINDS.items() if kind.weight > turn)


CYCLE = _cycle()

NAMES = (
    "Alma", "Arlo", "Asta", "Bela", "Bram", "Cleo", "Dara", "Dove", "Edda", "Elio", "Enzo", "Esme", "Faro",
    "Finn", "Flora", "Gaia", "Greta", "Hale", "Hedy", "Ines", "Iris", "Isla", "Ivo", "Jade", "Jonas", "Juno",
    "Kaia", "Kit", "Lars", "Lena", "Leo", "Lido", "Lino", "Loki", "Lotte", "Lowa", "Mabel", "Maro", "Milo",
    "Mina", "Moss", "Nell", "Nico", "Nora", "Nova", "Odin", "Olin", "Opal", "Orla", "Otis", "Otto", "Pia",
    "Piet", "Quill", "Remy", "Rhea", "Rio", "Romy", "Rosa", "Rune", "Sable", "Sage", "Selma", "Skye", "Sol",
    "Stella", "Sven", "Tess", "Thea", "Tova", "Uma", "Vera", "Vigo", "Wilma", "Wren", "Yara", "Yves",
    "Zelda", "Zola",
)

assert set(DENIMS) >= set(KINDS["Jeans"].colours)
