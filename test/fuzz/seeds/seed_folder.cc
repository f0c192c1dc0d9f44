// See seed_folder.h.
#include "seeds/seed_folder.h"

#include <doctest/doctest.h>

#include <fstream>

namespace pinlatch::fuzz {

SeedFolder::SeedFolder(std::string_view target)
    : path_(std::filesystem::path(PINLATCH_SEEDS) / target) {
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
}

void SeedFolder::Write(const std::string& name, ByteSpan seed) const {
  REQUIRE_MESSAGE(!std::filesystem::exists(path_ / name), name);
  std::ofstream file(path_ / name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(seed.data()), static_cast<std::streamsize>(seed.size()));
  file.close();
  REQUIRE_MESSAGE(file.good(), name);
}

}  // namespace pinlatch::fuzz
