"""The shop's logo: a sprout in a bowl, drawn with PIL."""

import base64
import io

from PIL import Image, ImageDraw

GREEN, CLAY, CREAM = "#4f7d5b", "#c58b5f", "#f6f1e7"
SIZE = 512  # drawn large and scaled down, which smooths the edges


def png(size=256):
    """The logo as base64, as image fields want it."""
    image = Image.new("RGB", (SIZE, SIZE), CREAM)
    draw = ImageDraw.Draw(image)
    draw.pieslice((96, 190, 416, 470), 0, 180, fill=CLAY)
    draw.rectangle((196, 450, 316, 478), fill=CLAY)
    draw.line((256, 330, 256, 170), fill=GREEN, width=18)
    draw.chord((250, 60, 450, 260), 110, 250, fill=GREEN)
    draw.chord((180, 60, 380, 260), 290, 70, fill=GREEN)
    draw.ellipse((120, 150, 262, 214), fill=GREEN)
    output = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(output, "PNG")
    return base64.b64encode(output.getvalue())
