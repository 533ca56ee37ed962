"""Hashes and seals: what is stored must be useless to whoever reads the tables.

A keyed hash finds a row by a secret without holding it. A seal is AES-GCM with a random nonce; Fernet would write the
time of sealing beside the words. Plain text is padded first, so that a seal does not tell how much was written.
"""

import base64
import hashlib
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.crypto import salted_hmac

NONCE_BYTES = 12
TOKEN_BYTES = 16
SLOWNESS = 2**13  # of a guess: some hundredths of a second and eight megabytes
PADDED_TO = 1024


class SealBroken(Exception):
    """The key does not open this seal, or somebody has changed it."""


def keyed_hash(purpose: str, secret: str) -> str:
    """A hash of a secret under the office's key, different for each purpose, as 64 hexadecimal digits."""
    return salted_hmac(f"consultations.{purpose}", secret, algorithm="sha256").hexdigest()


def stretched(purpose: str, code: str) -> str:
    """The 128-bit token that a short code stands for, under the office's key, in 22 characters fit for an address.

    Slow on purpose: a code has 45 bits, so whoever holds the tables and the key would still guess for years.
    """
    salt = salted_hmac(f"consultations.{purpose}", "", algorithm="sha256").digest()
    token = hashlib.scrypt(code.encode(), salt=salt, n=SLOWNESS, r=8, p=1, dklen=TOKEN_BYTES)
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


def seal(content: Any, *, secret: str, purpose: str) -> bytes:
    """Seals what JSON can hold under a key derived from `secret`, or from the office's key alone when it is empty."""
    plain = json.dumps(content, separators=(",", ":")).encode()
    plain += b" " * (-len(plain) % PADDED_TO)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key(secret, purpose)).encrypt(nonce, plain, purpose.encode())


def unseal(sealed: bytes | memoryview, *, secret: str, purpose: str) -> Any:
    """What was sealed. Raises `SealBroken`."""
    sealed = bytes(sealed)
    try:
        plain = AESGCM(_key(secret, purpose)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
    except InvalidTag as error:
        raise SealBroken("This seal does not open.") from error
    return json.loads(plain)


def _key(secret: str, purpose: str) -> bytes:
    office = settings.SECRET_KEY.encode()
    return HKDF(SHA256(), length=32, salt=office, info=purpose.encode()).derive(secret.encode() or office)
