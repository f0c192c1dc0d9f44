// See http2_peer.h. Frames are those of RFC 9113 section 4.1, fields those of RFC 7541 section 6.
#include "instructions/http2_peer.h"

#include "doctest/doctest.h"

namespace pinlatch::instructions {
namespace {

constexpr size_t kFrameHead = 9;
constexpr uint8_t kData = 0;
constexpr uint8_t kHeaders = 1;
constexpr uint8_t kSettings = 4;
constexpr uint8_t kAck = 1;
constexpr uint8_t kEndStream = 1;
constexpr uint8_t kEndHeaders = 4;

std::string Frame(uint8_t type, uint8_t flags, uint32_t stream, std::string_view payload) {
  const auto byte = [](size_t value) { return static_cast<char>(value & 0xff); };
  const size_t size = payload.size();
  std::string frame{byte(size >> 16),   byte(size >> 8),   byte(size),
                    byte(type),         byte(flags),       byte(stream >> 24),
                    byte(stream >> 16), byte(stream >> 8), byte(stream)};
  return frame.append(payload);
}

// A literal value without indexing, under the name that the static table has at `index`.
std::string Literal(uint8_t index, std::string_view value) {
  std::string field{static_cast<char>(index), static_cast<char>(value.size())};
  return field.append(value);
}

uint32_t NumberAt(std::string_view bytes, size_t at, size_t width) {
  uint32_t value = 0;
  for (size_t i = 0; i < width; ++i) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

}  // namespace

Http2Peer::Http2Peer(Visit& visit) : visit_(visit) {
  visit_.Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Frame(kSettings, 0, 0, ""));
  REQUIRE(!visit_.Receive().empty());
  visit_.Send(Frame(kSettings, kAck, 0, ""));
}

void Http2Peer::Ask(std::string_view target) {
  stream_ = stream_ == 0 ? 1 : stream_ + 2;
  // :method GET and :scheme https are entries 2 and 7, :authority and :path names 1 and 4.
  visit_.Send(Frame(kHeaders, kEndStream | kEndHeaders, stream_,
                    "\x82\x87" + Literal(1, "localhost") + Literal(4, target)));
}

std::string Http2Peer::Body() {
  const std::string received = visit_.Receive();
  std::string body;
  bool has_ended = false;
  for (size_t at = 0; at + kFrameHead <= received.size();) {
    const size_t size = NumberAt(received, at, 3);
    const bool is_own = NumberAt(received, at + 5, 4) == stream_;
    if (is_own && received[at + 3] == kData) body += received.substr(at + kFrameHead, size);
    if (is_own && (received[at + 4] & kEndStream) != 0) has_ended = true;
    at += kFrameHead + size;
  }
  REQUIRE(has_ended);
  return body;
}

}  // namespace pinlatch::instructions
