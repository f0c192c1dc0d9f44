// Owns where the public vectors are, which are not part of the repository: tests skip without them,
// unless $PINLATCH_REQUIRE_VECTORS is set, as .ci/run does. As test/support/vectors.ts.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "doctest/doctest.h"

namespace pinlatch::test {

// VectorsAt returns the path of a file or folder of vectors; nothing without it.
inline std::optional<std::string> VectorsAt(const std::string& name) {
  std::string path = std::string(PINLATCH_SOURCE_DIR) + "/../shared/vectors/" + name;
  if (std::filesystem::exists(path)) return path;
  const bool is_required = std::getenv("PINLATCH_REQUIRE_VECTORS") != nullptr;
  REQUIRE_MESSAGE(!is_required, path << " is missing, and has to be there");
  MESSAGE("skipped: " << path << " is not there");
  return std::nullopt;
}

}  // namespace pinlatch::test
