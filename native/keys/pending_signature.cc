// See pending_signature.h.
#include "keys/pending_signature.h"

#include <mbedtls/ecp.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include <mbedtls/ssl.h>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <semaphore>
#include <utility>

namespace pinlatch::tls {

struct PendingSignature::Operation {
  SigningRequest request;
  std::unique_ptr<SignatureInProgress> signature;  // nullptr: it failed
  std::optional<Error> failure;
};

namespace {

constexpr std::chrono::seconds kMostWait{10};

thread_local SigningScope* scope = nullptr;

// DigestOf takes over what mbedTLS hands out. Nothing for a hash that TLS does not sign with.
std::optional<Digest> DigestOf(mbedtls_md_type_t type, ByteSpan bytes) {
  Digest digest;
  if (type == MBEDTLS_MD_SHA256) {
    digest.hash = Hash::kSha256;
  } else if (type == MBEDTLS_MD_SHA384) {
    digest.hash = Hash::kSha384;
  } else if (type == MBEDTLS_MD_SHA512) {
    digest.hash = Hash::kSha512;
  } else {
    return std::nullopt;
  }
  if (bytes.size() > digest.bytes.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  digest.size = static_cast<uint8_t>(bytes.size());
  return digest;
}

Result<std::vector<uint8_t>> Await(const PrivateKey& key, const SigningRequest& request) {
  std::binary_semaphore ready(0);
  const auto signature = key.Begin(request, [&ready] { ready.release(); });
  auto made = signature->Take();
  if (!made && ready.try_acquire_for(kMostWait)) made = signature->Take();
  if (made) return std::move(*made);
  return Error(ErrorCode::kInternal, "the private key did not sign within ten seconds");
}

bool CopyPublicHalf(const mbedtls_pk_context& from, mbedtls_pk_context& to) {
  const mbedtls_pk_type_t type = mbedtls_pk_get_type(&from);
  if (mbedtls_pk_setup(&to, mbedtls_pk_info_from_type(type)) != 0) return false;
  if (type == MBEDTLS_PK_RSA) {
    return mbedtls_rsa_copy(mbedtls_pk_rsa(to), mbedtls_pk_rsa(from)) == 0;
  }
  const mbedtls_ecp_keypair& source = *mbedtls_pk_ec(from);
  mbedtls_ecp_keypair& target = *mbedtls_pk_ec(to);
  return mbedtls_ecp_group_copy(&target.grp, &source.grp) == 0 &&
         mbedtls_ecp_copy(&target.Q, &source.Q) == 0;
}

SignatureScheme SchemeOf(const ElsewhereKey& key, mbedtls_pk_type_t scheme) {
  if (!key.is_rsa()) return SignatureScheme::kEcdsa;
  return scheme == MBEDTLS_PK_RSASSA_PSS ? SignatureScheme::kRsaPss : SignatureScheme::kRsaPkcs1;
}

// SignElsewhere is what patches/mbedtls/23 calls.
int SignElsewhere(const void* elsewhere, mbedtls_pk_type_t scheme, mbedtls_md_type_t md_type,
                  const unsigned char* hash, size_t hash_size, unsigned char* signature,
                  size_t room, size_t* size) {
  const auto& own = *static_cast<const ElsewhereKey*>(elsewhere);
  const std::optional<Digest> digest = DigestOf(md_type, {hash, hash_size});
  if (!digest) return MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE;
  std::vector<uint8_t> made;
  const int failed = own.Sign({SchemeOf(own, scheme), *digest}, made);
  if (failed != 0) return failed;
  if (made.size() > room) return MBEDTLS_ERR_PK_BUFFER_TOO_SMALL;
  std::copy(made.begin(), made.end(), signature);
  *size = made.size();
  return 0;
}

}  // namespace

PendingSignature::PendingSignature() = default;
PendingSignature::~PendingSignature() = default;

const std::optional<Error>& PendingSignature::failure() const {
  static const std::optional<Error> none;
  return operation_ ? operation_->failure : none;
}

Error KeyDoesNotSign(const Error& failure) {
  return Error(ErrorCode::kInternal,
               "the private key of the gateway's certificate cannot sign: " + failure.detail);
}

SigningScope::SigningScope(PendingSignature& pending, SignatureWaiter& waiter)
    : pending_(pending), waiter_(waiter) {
  assert(scope == nullptr);
  scope = this;
}

SigningScope::~SigningScope() { scope = nullptr; }

// Another request than the one that was begun comes when the first has failed: mbedTLS tries
// whatever else the key can do.
int SigningScope::Sign(const PrivateKey& key, const SigningRequest& request,
                       std::vector<uint8_t>& into) {
  auto& operation = pending_.operation_;
  if (operation == nullptr || operation->signature == nullptr || operation->request != request) {
    operation = std::make_unique<PendingSignature::Operation>();
    operation->request = request;
    operation->signature = key.Begin(request, waiter_.WakeUp());
  }
  auto made = operation->signature->Take();
  if (!made) return MBEDTLS_ERR_SSL_ASYNC_IN_PROGRESS;
  operation->signature.reset();
  if (!made->ok()) {
    operation->failure = std::move(*made).error();
    return MBEDTLS_ERR_PK_INVALID_ALG;
  }
  operation.reset();
  into = std::move(*made).value();
  return 0;
}

bool ElsewhereKey::Install(const mbedtls_pk_context& public_half, mbedtls_pk_context& context) {
  if (!CopyPublicHalf(public_half, context)) return false;
  is_rsa_ = mbedtls_pk_get_type(&public_half) == MBEDTLS_PK_RSA;
  context.sign_elsewhere = SignElsewhere;
  context.elsewhere = this;
  return true;
}

int ElsewhereKey::Sign(const SigningRequest& request, std::vector<uint8_t>& into) const {
  if (scope != nullptr) return scope->Sign(*key_, request, into);
  auto made = Await(*key_, request);
  if (!made.ok()) return MBEDTLS_ERR_PK_INVALID_ALG;
  into = std::move(made).value();
  return 0;
}

}  // namespace pinlatch::tls
