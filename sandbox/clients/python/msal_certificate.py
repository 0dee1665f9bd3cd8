"""MSAL and azure-identity for Python, by secret and by certificate."""

import msal
from azure.identity import CertificateCredential, ClientSecretCredential
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from rows import KNOWN, attempt

SCOPE = "https://graph.microsoft.com/.default"
authority = f"https://login.microsoftonline.com/{KNOWN['tenant']}"
with open(KNOWN["certificate"], "rb") as file:
    pem = file.read()
certificate = x509.load_pem_x509_certificate(pem[pem.index(b"-----BEGIN CERTIFICATE"):])


def token(credential):
    application = msal.ConfidentialClientApplication(KNOWN["appId"], authority=authority, client_credential=credential)
    answer = application.acquire_token_for_client([SCOPE])
    if "access_token" not in answer:
        raise RuntimeError(answer.get("error_description"))


attempt("msal, client secret", lambda: token(KNOWN["secret"]))
attempt(
    "msal, certificate by SHA-1",
    lambda: token({"private_key": pem.decode(), "thumbprint": certificate.fingerprint(hashes.SHA1()).hex()}),
)
attempt(
    "msal, certificate by SHA-256",
    lambda: token({"private_key": pem.decode(), "public_certificate": certificate.public_bytes(
        __import__("cryptography.hazmat.primitives.serialization", fromlist=["Encoding"]).Encoding.PEM).decode()}),
)
attempt(
    "azure.identity.ClientSecretCredential",
    lambda: ClientSecretCredential(KNOWN["tenant"], KNOWN["appId"], KNOWN["secret"]).get_token(SCOPE),
)
attempt(
    "azure.identity.CertificateCredential",
    lambda: CertificateCredential(KNOWN["tenant"], KNOWN["appId"], KNOWN["certificate"]).get_token(SCOPE),
)
