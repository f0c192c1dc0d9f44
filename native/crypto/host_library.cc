// See host_library.h.
#include "crypto/host_library.h"

#include <dlfcn.h>

namespace pinlatch::crypto {
namespace {

// Of a later one the known answers decide.
constexpr unsigned int kFirstMajorVersion = 3;
constexpr int kVersionText = 0;  // OPENSSL_VERSION

// "OpenSSL 3.0.19 27 Jan 2026" without the date.
std::string NameAndNumber(const std::string& text) {
  const size_t behind_name = text.find(' ');
  if (behind_name == std::string::npos) return text;
  return text.substr(0, text.find(' ', behind_name + 1));
}

}  // namespace

Result<HostLibrary> FindHostLibrary() {
  HostLibrary host;
  // BoringSSL and OpenSSL 1.1 lack this one: they would have most of the others, with other types.
  if (dlsym(RTLD_DEFAULT, "OPENSSL_version_major") == nullptr) {
    return Error(ErrorCode::kInternal, "this process has no libcrypto of OpenSSL 3 or newer");
  }
#define PINLATCH_HOST_FUNCTION(result, name, parameters)                                        \
  host.name = reinterpret_cast<result(*) parameters>(dlsym(RTLD_DEFAULT, #name));               \
  if (host.name == nullptr) {                                                                   \
    return Error(ErrorCode::kInternal, "the libcrypto of this process has no function " #name); \
  }
#include "crypto/host_functions.def"
#undef PINLATCH_HOST_FUNCTION
  host.version = NameAndNumber(host.OpenSSL_version(kVersionText));
  if (host.OPENSSL_version_major() < kFirstMajorVersion) {
    return Error(ErrorCode::kInternal, "the libcrypto of this process is " + host.version);
  }
  return host;
}

}  // namespace pinlatch::crypto
