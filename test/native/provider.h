// Owns the choice of the crypto provider for a native test program: PINLATCH_TEST_PROVIDER, "host",
// "portable" (the default), or "auto", for which there is no libcrypto: it was not loaded.
#pragma once

#include <string>

namespace pinlatch::test {

// TestProvider is the name of the provider that this run tests.
std::string TestProvider();
// ChooseProvider loads a libcrypto, which is Node's part otherwise, when the host is asked for, and
// makes the choice. False, with the reason on standard error, when it is not to be had.
bool ChooseProvider();

}  // namespace pinlatch::test
