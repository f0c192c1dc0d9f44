// See provider.h.
#include "crypto/provider.h"

#include <mbedtls/version.h>

#include <array>
#include <atomic>
#include <mutex>
#include <optional>

#include "crypto/host.h"
#include "crypto/known_answers.h"

namespace pinlatch::crypto {

HostLibrary host;

namespace {

constexpr pinlatch_hook_table kHostHooks = {
    .aead_new = NewAead,
    .aead_free = FreeAead,
    .aead_seal = SealAead,
    .aead_open = OpenAead,
    .sha1_blocks = HashSha1Blocks,
    .sha256_blocks = HashSha256Blocks,
    .sha512_blocks = HashSha512Blocks,
    .ecp_multiply = MultiplyPoint,
    .ecdsa_verify = VerifyEcdsa,
    .rsa_public = RaiseToRsaExponent,
};

std::mutex choosing;
bool chosen = false;        // guarded by choosing
ProviderInUse in_use;       // guarded by choosing
std::atomic<bool> is_host;  // read by all threads, as the next one
std::atomic<bool> is_fixed;
bool expects_portable = false;       // guarded by choosing
std::optional<bool> is_host_usable;  // guarded by choosing; once somebody asked

std::string PortableName() {
  std::array<char, 18> text{};  // the size that mbedtls_version_get_string_full documents
  mbedtls_version_get_string_full(text.data());
  return text.data();
}

void Take(ProviderInUse choice, bool with_host) {
  in_use = std::move(choice);
  chosen = true;
  is_host = with_host;
  is_fixed = true;
}

Error Unavailable(const Error& why) {
  return Error(ErrorCode::kProviderUnavailable,
               why.detail + "; \"auto\" or \"portable\" works without it", "/crypto/provider");
}

Status ChooseFirst(snapshot::CryptoProvider wanted) {
  if (wanted == snapshot::CryptoProvider::kPortable) {
    Take({"portable", PortableName(), "the configuration selects it"}, false);
    return {};
  }
  Status ready = PrepareHost();
  if (!ready.ok() && wanted == snapshot::CryptoProvider::kHost) return Unavailable(ready.error());
  if (!ready.ok()) {
    Take({"portable", PortableName(), ready.error().detail, true}, false);
    return {};
  }
  pinlatch_mbedtls_hooks = &kHostHooks;
  Take({"host", host.version, "all functions are present and pass the known-answer tests"}, true);
  return {};
}

}  // namespace

Status PrepareHost() {
  PINLATCH_ASSIGN(host, FindHostLibrary());
  PINLATCH_TRY(FetchCiphers());
  PINLATCH_TRY(MakeGroups());
  return CheckKnownAnswers();
}

Status ChooseProvider(snapshot::CryptoProvider wanted) {
  const std::lock_guard lock(choosing);
  if (!chosen) return ChooseFirst(wanted);
  const bool other = (wanted == snapshot::CryptoProvider::kHost && !is_host) ||
                     (wanted == snapshot::CryptoProvider::kPortable && is_host);
  if (!other) return {};
  return Error(ErrorCode::kProviderFixed,
               "this process already uses \"" + in_use.name +
                   "\", which cannot change while it runs: restart it",
               "/crypto/provider");
}

Status CheckProvider(snapshot::CryptoProvider wanted) {
  const std::lock_guard lock(choosing);
  expects_portable = wanted == snapshot::CryptoProvider::kPortable;
  if (wanted != snapshot::CryptoProvider::kHost || is_host) return {};
  const Status ready = PrepareHost();
  if (!ready.ok()) return Unavailable(ready.error());
  return {};
}

ProviderInUse CurrentProvider() {
  const std::lock_guard lock(choosing);
  if (!chosen) return {"portable", PortableName(), "nothing has been chosen yet"};
  return in_use;
}

bool UsesHost() { return is_host; }

bool MayUseHost() {
  if (is_fixed) return is_host;
  const std::lock_guard lock(choosing);
  if (chosen || expects_portable) return is_host;
  if (!is_host_usable) is_host_usable = PrepareHost().ok();
  return *is_host_usable;
}

}  // namespace pinlatch::crypto
