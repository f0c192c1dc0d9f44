// What the DER writer writes, the reader reads.
#include "der/der_writer.h"

#include <doctest/doctest.h>

#include "der/der_reader.h"

namespace pinlatch::tls {
namespace {

TEST_CASE("lengths are written in their shortest form") {
  for (const size_t size : {0U, 1U, 127U, 128U, 255U, 256U, 65535U, 65536U, 1U << 24}) {
    CAPTURE(size);
    const std::vector<uint8_t> content(size, 0x5a);
    const std::vector<uint8_t> element = Element(der::kOctetString, {content});
    DerReader reader(element);
    CHECK(reader.Take(der::kOctetString).size() == size);
    CHECK(reader.AtEnd());
  }
}

TEST_CASE("parts stand one behind the other") {
  const uint8_t first[] = {1, 2};
  const uint8_t second[] = {3};
  CHECK(Element(0x30, {first, {}, second}) == std::vector<uint8_t>{0x30, 3, 1, 2, 3});
}

TEST_CASE("integers are positive and as short as can be") {
  const auto written = [](std::vector<uint8_t> magnitude) { return UnsignedInteger(magnitude); };
  CHECK(written({}) == std::vector<uint8_t>{2, 1, 0});
  CHECK(written({0, 0}) == std::vector<uint8_t>{2, 1, 0});
  CHECK(written({0, 0, 5}) == std::vector<uint8_t>{2, 1, 5});
  CHECK(written({0x80}) == std::vector<uint8_t>{2, 2, 0, 0x80});
  CHECK(written({0x7f, 0xff}) == std::vector<uint8_t>{2, 2, 0x7f, 0xff});
}

}  // namespace
}  // namespace pinlatch::tls
