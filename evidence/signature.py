"""A terminal's signature over the exact bytes of a record: ECDSA on P-256 with SHA-256.

A public key is a value handed in, as SPKI (DER). WebCrypto writes a signature as raw r || s, 32 bytes each; the library here expects
DER. That conversion is made in this module and nowhere else.
"""

from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

SIGNATURE_BYTES = 64


class SignatureRefused(Exception):
    """The bytes were not signed by this key, or the signature or key is not one."""


def key_id(spki: bytes) -> str:
    """Short name of a public key: the first 16 hex digits of SHA-256 over its SPKI."""
    return sha256(spki).hexdigest()[:16]


def verify(spki: bytes, message: bytes, signature: bytes) -> None:
    """Check a raw r || s signature over exactly these bytes.

    :raises SignatureRefused: wrong key, wrong bytes, wrong length, or a key that is not on P-256
    """
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureRefused("a signature has 64 bytes: r and s")
    key = public_key(spki)
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    try:
        key.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
    except InvalidSignature as error:
        raise SignatureRefused("the bytes were not signed by this key") from error


@lru_cache(maxsize=4096)
def public_key(spki: bytes) -> EllipticCurvePublicKey:
    """Read a P-256 public key from its SPKI. Remembered, since a handheld signs every record with the same one.

    :raises SignatureRefused: these bytes are no public key on P-256
    """
    try:
        key = load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SignatureRefused("not a public key") from error
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise SignatureRefused("not a key on P-256")
    return key
