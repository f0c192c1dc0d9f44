// Tests base/byte_buffer.h.
#include "base/byte_buffer.h"

#include <random>
#include <string>

#include "doctest/doctest.h"

using pinlatch::ByteBuffer;

TEST_CASE("a buffer gives back what was appended, in order, across growth and consumption") {
  ByteBuffer buffer;
  std::string expected;
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    const std::string piece(random() % 700, static_cast<char>('a' + random() % 26));
    buffer.Append(piece);
    expected += piece;
    const size_t drop = random() % (expected.size() + 1);
    buffer.Consume(drop);
    expected.erase(0, drop);
    REQUIRE(buffer.text() == expected);
  }
}

TEST_CASE("reserve gives at least the asked room and commit makes it readable") {
  ByteBuffer buffer;
  const pinlatch::MutableByteSpan room = buffer.Reserve(5000);
  REQUIRE(room.size() >= 5000);
  room[0] = 'x';
  buffer.Commit(1);
  CHECK(buffer.text() == "x");
}

TEST_CASE("an unused and a released buffer hold no storage") {
  ByteBuffer buffer;
  CHECK(buffer.capacity() == 0);
  buffer.Append("abc");
  CHECK(buffer.capacity() > 0);
  buffer.Release();
  CHECK(buffer.capacity() == 0);
  CHECK(buffer.empty());
}

TEST_CASE("moving a buffer leaves the old one empty and usable") {
  ByteBuffer from;
  from.Append("payload");
  ByteBuffer to(std::move(from));
  CHECK(to.text() == "payload");
  from.Append("new");
  CHECK(from.text() == "new");
}
