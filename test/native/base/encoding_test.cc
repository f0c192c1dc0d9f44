// Tests base/encoding.h against the vectors of RFC 4648 section 10.
#include "base/encoding.h"

#include <array>

#include "doctest/doctest.h"

using pinlatch::AsBytes;

TEST_CASE("base64 follows RFC 4648 section 10") {
  CHECK(pinlatch::Base64Encode(AsBytes("")) == "");
  CHECK(pinlatch::Base64Encode(AsBytes("f")) == "Zg==");
  CHECK(pinlatch::Base64Encode(AsBytes("fo")) == "Zm8=");
  CHECK(pinlatch::Base64Encode(AsBytes("foo")) == "Zm9v");
  CHECK(pinlatch::Base64Encode(AsBytes("foob")) == "Zm9vYg==");
  CHECK(pinlatch::Base64Encode(AsBytes("fooba")) == "Zm9vYmE=");
  CHECK(pinlatch::Base64Encode(AsBytes("foobar")) == "Zm9vYmFy");
}

TEST_CASE("hexadecimal is lower case out and any case in") {
  const std::array<uint8_t, 3> bytes{0x00, 0xab, 0xff};
  CHECK(pinlatch::HexEncode(bytes) == "00abff");
  std::array<uint8_t, 3> decoded{};
  CHECK(pinlatch::HexDecodeInto("00ABff", decoded));
  CHECK(decoded == bytes);
}

TEST_CASE("hexadecimal of the wrong length or with a wrong digit is refused") {
  std::array<uint8_t, 2> into{};
  CHECK_FALSE(pinlatch::HexDecodeInto("abc", into));
  CHECK_FALSE(pinlatch::HexDecodeInto("abcde", into));
  CHECK_FALSE(pinlatch::HexDecodeInto("abcg", into));
  CHECK_FALSE(pinlatch::HexDecodeInto("ab c", into));
}
