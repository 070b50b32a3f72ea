#pragma once
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

// Without a callback libcrypto would ask the terminal for a passphrase.
static int receipt_passphrase(char *buffer, int size, int writing, void *passphrase) {
  (void)writing;
  if (passphrase == NULL) { return -1; }
  size_t length = strlen((const char *)passphrase);
  if (length > (size_t)size) { return -1; }
  memcpy(buffer, passphrase, length);
  return (int)length;
}

// The callback's type has no spelling in Swift.
static inline EVP_PKEY *receipt_read_private_key(
    const void *pem, int count, const char *passphrase) {
  BIO *bio = BIO_new_mem_buf(pem, count);
  if (bio == NULL) { return NULL; }
  EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, receipt_passphrase, (void *)passphrase);
  BIO_free(bio);
  return key;
}

// The memory is only lent to the call.
static inline EVP_PKEY *receipt_read_certificate_key(const void *pem, int count) {
  BIO *bio = BIO_new_mem_buf(pem, count);
  if (bio == NULL) { return NULL; }
  X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
  BIO_free(bio);
  EVP_PKEY *key = certificate == NULL ? NULL : X509_get_pubkey(certificate);
  X509_free(certificate);
  return key;
}
