"""Which function draws which kind of product."""

from collections.abc import Callable

import numpy as np

from core.catalogs.studio_accessories import belt, scarf, sunglasses
from core.catalogs.studio_backpacks import backpack
from core.catalogs.studio_bags import handbag, tote
from core.catalogs.studio_body import Pose
from core.catalogs.studio_dresses import dress
from core.catalogs.studio_hats import beanie, cap, hat
from core.catalogs.studio_heels import loafer, pump
from core.catalogs.studio_jackets import jacket
from core.catalogs.studio_knits import hoodie, sweater
from core.catalogs.studio_layers import blazer, cardigan, coat
from core.catalogs.studio_parts import Part
from core.catalogs.studio_products import Product
from core.catalogs.studio_shirts import blouse, shirt
from core.catalogs.studio_shoes import boot, sneaker, sock
from core.catalogs.studio_skirts import skirt
from core.catalogs.studio_tops import polo, t_shirt, tank_top
from core.catalogs.studio_trousers import shorts, trousers

Draw = Callable[[Product, Pose, np.random.Generator, float], list[Part]]


DRAW: dict[str, Draw] = {
    "T-shirt": t_shirt, "Tank top": tank_top, "Polo shirt": polo, "Shirt": shirt,
    "Blouse": blouse, "Sweater": sweater, "Hoodie": hoodie, "Cardigan": cardigan,
    "Blazer": blazer, "Coat": coat, "Jacket": jacket, "Dress": dress,
    "Jeans": trousers, "Trousers": trousers, "Shorts": shorts, "Skirt": skirt,
    "Sneakers": sneaker, "Boots": boot, "Heels": pump, "Loafers": loafer,
    "Handbag": handbag, "Backpack": backpack, "Tote bag": tote, "Cap": cap,
    "Hat": hat, "Beanie": beanie, "Scarf": scarf, "Belt": belt,
    "Sunglasses": sunglasses, "Socks": sock,
}  # fmt: skip
