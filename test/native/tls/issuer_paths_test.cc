// Covers the sharing of verified paths.
#include "verdict/issuer_paths.h"

#include <doctest/doctest.h>

#include <vector>

namespace pinlatch::tls {
namespace {

std::vector<uint8_t> Der(uint8_t byte) { return std::vector<uint8_t>(3, byte); }

IssuerPath Share(IssuerPaths& paths, const std::vector<std::vector<uint8_t>>& certificates) {
  const std::vector<ByteSpan> spans(certificates.begin(), certificates.end());
  return paths.Share(spans);
}

TEST_CASE("the same certificates are in memory once") {
  IssuerPaths paths;
  const IssuerPath first = Share(paths, {Der(1), Der(2)});
  CHECK((*first == std::vector<std::vector<uint8_t>>{Der(1), Der(2)}));
  CHECK(Share(paths, {Der(1), Der(2)}) == first);
  CHECK(Share(paths, {Der(1)}) != first);
  CHECK(Share(paths, {Der(2), Der(1)}) != first);
  const IssuerPath none = Share(paths, {});
  CHECK((none && none->empty()));
  CHECK(Share(paths, {}) == none);
}

TEST_CASE("a path that was forgotten lives on where it is used") {
  IssuerPaths paths;
  const IssuerPath first = Share(paths, {Der(0)});
  for (uint8_t i = 1; i <= IssuerPaths::kPaths; ++i) Share(paths, {Der(i)});
  CHECK(first->front() == Der(0));
  CHECK(first.use_count() == 1);
  CHECK(Share(paths, {Der(0)}) != first);
}

}  // namespace
}  // namespace pinlatch::tls
