// The corpus of the fuzz target for strictness says by its names what must become of each file.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "der/ecdsa_signature.h"
#include "revocation/revocation_list.h"
#include "x509/certificate.h"

namespace pinlatch::tls {
namespace {

// A peer's certificate must be fit to be one; an anchor need only be fit to be trusted.
bool Accepts(const std::string& kind, ByteSpan bytes) {
  if (kind == "certificate") return Certificate::Parse(bytes).ok();
  if (kind == "anchor") return Certificate::ParseAnchor(bytes).ok();
  if (kind == "list") {
    const auto list = RevocationList::Parse(bytes);
    return list.ok() && (*list)->defect().empty();
  }
  if (kind == "signature") return ReadEcdsaSignature(bytes).has_value();
  FAIL("no such kind: " << kind);
  return false;
}

TEST_CASE("every file of the corpus is accepted or refused as its name says") {
  int count = 0;
  const std::string folder = PINLATCH_SOURCE_DIR "/test/fuzz/corpus/der_strictness";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    CAPTURE(name);
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
    const size_t dash = name.find('-');
    REQUIRE(dash != std::string::npos);
    const std::string what = name.substr(dash + 1);
    REQUIRE((what.starts_with("accepted-") || what.starts_with("refused-")));
    CHECK(Accepts(name.substr(0, dash), bytes) == what.starts_with("accepted-"));
    ++count;
  }
  CHECK(count >= 60);
}

}  // namespace
}  // namespace pinlatch::tls
