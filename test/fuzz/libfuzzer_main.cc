// Hands the inputs of libFuzzer to a fuzz target. What came of them is no matter here: a broken
// promise stops the process.
#include <cstddef>
#include <cstdint>

#include "outcome.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pinlatch::fuzz::Run({data, size});
  return 0;
}
