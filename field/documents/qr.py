"""The QR code beside a paper's text: the address of its public page. It stands outside the text, and the digest doesn't cover it."""

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET = 4
"""Light modules around it, as the standard asks."""
MASK = 3
"""One for all: handhelds print the same code, and two libraries would each choose their own; every reader reads every mask."""


def modules(address: str) -> list[list[bool]]:
    """Rows of modules, dark where true, with the quiet zone."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET, mask_pattern=MASK)
    code.add_data(address, optimize=0)
    code.make(fit=True)
    return [[bool(one) for one in row] for row in code.get_matrix()]
