// Owns the folder of one fuzz target's derived seeds. What changes with the code is not committed:
// it is made from what the native tests are made of, whenever they run.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace pinlatch::fuzz {

class SeedFolder {
 public:
  // A folder of this target, empty: what an older build made is gone.
  explicit SeedFolder(std::string_view target);
  // Write adds a seed, whose name says what must come of it.
  void Write(const std::string& name, ByteSpan seed) const;

 private:
  std::filesystem::path path_;
};

}  // namespace pinlatch::fuzz
