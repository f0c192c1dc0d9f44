// The mbedTLS feature set of pinlatch (MBEDTLS_CONFIG_FILE): TLS 1.2 and 1.3 with AEAD suites and
// ephemeral elliptic-curve key exchange, X.509 with CRLs, and nothing else. What is not compiled in
// cannot be negotiated, misconfigured or attacked. Groups say why they are here.
#ifndef PINLATCH_THIRD_PARTY_MBEDTLS_CONFIG_H_
#define PINLATCH_THIRD_PARTY_MBEDTLS_CONFIG_H_

// --- Platform -------------------------------------------------------------------------------
// The allocator and the clock are set at run time: a page-granular allocator keeps idle
// connections small, and tests inject the time. Files and sockets are ours (no FS_IO, no NET_C).
#define MBEDTLS_HAVE_ASM
#define MBEDTLS_HAVE_TIME
#define MBEDTLS_HAVE_TIME_DATE
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_TIME_ALT
#define MBEDTLS_THREADING_C
#define MBEDTLS_THREADING_PTHREAD
#define MBEDTLS_VERSION_C
// mbedtls_strerror has no texts: error_codes.def is where errors are worded.
#define MBEDTLS_ERROR_STRERROR_DUMMY

// --- Randomness -----------------------------------------------------------------------------
// Seeded by getrandom(2). Deterministic ECDSA (RFC 6979), because a board may have little entropy
// at its first boot and a repeated nonce would give the private key away.
#define MBEDTLS_ENTROPY_C
#define MBEDTLS_CTR_DRBG_C
#define MBEDTLS_HMAC_DRBG_C
#define MBEDTLS_ECDSA_DETERMINISTIC

// --- Ciphers --------------------------------------------------------------------------------
// AEAD only: no CBC, hence no padding oracles and no encrypt-then-MAC. ChaCha20-Poly1305 is the
// fast one on ARMv7, which has no AES instructions. Tables in ROM: no start-up race, shared pages.
#define MBEDTLS_CIPHER_C
#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_GCM_C
#define MBEDTLS_CHACHA20_C
#define MBEDTLS_POLY1305_C
#define MBEDTLS_CHACHAPOLY_C
#if defined(__x86_64__) || defined(__i386__)
#define MBEDTLS_AESNI_C
#endif
#if defined(__aarch64__)
#define MBEDTLS_AESCE_C
#define MBEDTLS_SHA256_USE_ARMV8_A_CRYPTO_IF_PRESENT
#define MBEDTLS_SHA512_USE_A64_CRYPTO_IF_PRESENT
#endif

// --- Hashes ---------------------------------------------------------------------------------
// SHA-1 is here for SHA-1 fingerprints only; the X.509 profile and the signature algorithms that
// native/tls/ offers leave it out.
#define MBEDTLS_MD_C
#define MBEDTLS_SHA1_C
#define MBEDTLS_SHA224_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA384_C
#define MBEDTLS_SHA512_C
#define MBEDTLS_HKDF_C

// --- Public keys ----------------------------------------------------------------------------
// GENPRIME only serves demo and test certificates. The fixed-point tables cost some 20 KiB of
// read-only data and make every signature and key share faster.
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 1
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#define MBEDTLS_ECP_DP_SECP521R1_ENABLED
#define MBEDTLS_ECP_DP_CURVE25519_ENABLED
#define MBEDTLS_ECDH_C
#define MBEDTLS_ECDSA_C
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V15
#define MBEDTLS_PKCS1_V21
#define MBEDTLS_GENPRIME
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
#define MBEDTLS_PK_PARSE_EC_COMPRESSED
#define MBEDTLS_PK_WRITE_C

// --- PSA ------------------------------------------------------------------------------------
// TLS 1.3 needs it, and it is the API that mbedTLS 4 keeps. Not MBEDTLS_USE_PSA_CRYPTO: each TLS
// record would set its key up again and take the key store's lock. The dynamic key store lifts
// the limit of 32 keys, which handshakes in flight would reach. Exclusive buffers: no memory that
// another process could change under us, so no defensive copies.
#define MBEDTLS_PSA_CRYPTO_C
#define MBEDTLS_PSA_KEY_STORE_DYNAMIC
#define MBEDTLS_PSA_ASSUME_EXCLUSIVE_BUFFERS

// --- X.509 ----------------------------------------------------------------------------------
// CRT_WRITE issues demo certificates. The trusted-certificate callback lets a trust bundle look
// an issuer up instead of walking a list. REMOVE_INFO: what operators read is worded by us.
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_OID_C
#define MBEDTLS_BASE64_C
#define MBEDTLS_PEM_PARSE_C
#define MBEDTLS_PEM_WRITE_C
#define MBEDTLS_X509_USE_C
#define MBEDTLS_X509_CRT_PARSE_C
#define MBEDTLS_X509_CRL_PARSE_C
#define MBEDTLS_X509_CREATE_C
#define MBEDTLS_X509_CRT_WRITE_C
#define MBEDTLS_X509_RSASSA_PSS_SUPPORT
#define MBEDTLS_X509_TRUSTED_CERTIFICATE_CALLBACK
#define MBEDTLS_X509_REMOVE_INFO

// --- TLS ------------------------------------------------------------------------------------
// No DTLS, no renegotiation, no static RSA or DHE. The peer's certificate is kept because pins
// are compared against it after the handshake.
#define MBEDTLS_SSL_TLS_C
#define MBEDTLS_SSL_SRV_C
#define MBEDTLS_SSL_CLI_C
#define MBEDTLS_SSL_PROTO_TLS1_2
#define MBEDTLS_SSL_PROTO_TLS1_3
#define MBEDTLS_SSL_TLS1_3_COMPATIBILITY_MODE
#define MBEDTLS_SSL_KEEP_PEER_CERTIFICATE
#define MBEDTLS_SSL_EXTENDED_MASTER_SECRET
#define MBEDTLS_SSL_SERVER_NAME_INDICATION
#define MBEDTLS_SSL_ALPN
#define MBEDTLS_SSL_ALL_ALERT_MESSAGES
// Small peers ask for small records: clients by the one, either side by the other.
#define MBEDTLS_SSL_MAX_FRAGMENT_LENGTH
#define MBEDTLS_SSL_RECORD_SIZE_LIMIT

// Key exchange: forward secret, authenticated by certificates. PSK only together with ECDHE, for
// TLS 1.3 session tickets.
#define MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED
#define MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL_ENABLED

// Resumption is by ticket alone: no server-side session cache.
#define MBEDTLS_SSL_SESSION_TICKETS
#define MBEDTLS_SSL_TICKET_C
// As long as OpenSSL's: some clients (wolfSSL) have room for no more, and a connection gets one
// ticket.
#define MBEDTLS_SSL_TLS1_3_TICKET_NONCE_LENGTH 8

// Full-size records, as peers may send them; untouched pages of the buffers cost nothing.
#define MBEDTLS_SSL_IN_CONTENT_LEN 16384
#define MBEDTLS_SSL_OUT_CONTENT_LEN 16384

#endif  // PINLATCH_THIRD_PARTY_MBEDTLS_CONFIG_H_
