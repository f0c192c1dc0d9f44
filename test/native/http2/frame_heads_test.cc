// Covers http2/frame_heads: heads are found in whatever pieces the bytes come.
#include "http2/frame_heads.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace pinlatch::http2 {
namespace {

using Seen = std::tuple<uint8_t, int32_t, uint32_t, int32_t>;

// ReadAll is every head in `text`, which comes in pieces of `size` bytes.
std::vector<Seen> ReadAll(std::string_view text, size_t size, uint32_t preface) {
  FrameHeads heads(preface);
  std::vector<Seen> seen;
  while (!text.empty()) {
    ByteSpan piece = AsBytes(text.substr(0, size));
    text.remove_prefix(piece.size());
    while (!piece.empty()) {
      piece = piece.subspan(heads.Read(piece));
      if (!heads.complete()) continue;
      const FrameHead& head = heads.head();
      seen.emplace_back(head.type, head.stream, head.length, head.depends_on);
    }
  }
  return seen;
}

constexpr std::string_view kData("\0\0\x03\0\x01\0\0\0\x05xyz", 12);
constexpr std::string_view kEmpty("\0\0\0\0\x01\0\0\0\x07", 9);
constexpr std::string_view kPriority("\0\0\x05\x02\0\0\0\0\x09\x80\0\0\x09\x10", 14);
constexpr std::string_view kShortPriority("\0\0\x04\x02\0\0\0\0\x09\0\0\0\x09", 13);
constexpr std::string_view kPing("\0\0\x08\x06\0\x80\0\0\0pingpong", 17);

}  // namespace

TEST_CASE(
    "the heads of DATA and PRIORITY are read in whatever pieces they come (RFC 9113 section 4.1)") {
  std::string text = "preface";
  text.append(kData).append(kEmpty).append(kPriority).append(kShortPriority).append(kPing);
  text.append(kData);
  const std::vector<Seen> all = {
      {0, 5, 3, 0}, {0, 7, 0, 0}, {2, 9, 5, 9}, {2, 9, 4, 0}, {0, 5, 3, 0}};
  for (size_t size = 1; size <= text.size(); ++size) {
    CHECK(ReadAll(text, size, 7) == all);
  }
}

TEST_CASE("a head of which bytes are missing is not told") {
  CHECK(ReadAll(kData.substr(0, 8), 8, 0).empty());
  CHECK(ReadAll(kPriority.substr(0, 12), 12, 0).empty());
  CHECK(ReadAll(kPriority.substr(0, 13), 13, 0).size() == 1);
}

}  // namespace pinlatch::http2
