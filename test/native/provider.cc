// See provider.h.
#include "provider.h"

#include <dlfcn.h>

#include <cstdlib>
#include <iostream>

#include "crypto/provider.h"

namespace pinlatch::test {

std::string TestProvider() {
  const char* asked = std::getenv("PINLATCH_TEST_PROVIDER");
  return asked == nullptr ? "portable" : asked;
}

bool ChooseProvider() {
  const std::string asked = TestProvider();
  const bool host = asked == "host";
  if (host && dlopen("libcrypto.so.3", RTLD_NOW | RTLD_GLOBAL) == nullptr) {
    std::cerr << dlerror() << "\n";
    return false;
  }
  const Status chosen =
      crypto::ChooseProvider(host              ? snapshot::CryptoProvider::kHost
                             : asked == "auto" ? snapshot::CryptoProvider::kAuto
                                               : snapshot::CryptoProvider::kPortable);
  if (!chosen.ok()) std::cerr << chosen.error().detail << "\n";
  return chosen.ok();
}

}  // namespace pinlatch::test
