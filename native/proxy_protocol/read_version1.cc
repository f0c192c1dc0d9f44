// Owns the reading of version 1: one line of text, "PROXY TCP4 192.0.2.1 192.0.2.9 50000 443\r\n".
#include <array>
#include <optional>
#include <string>

#include "proxy_protocol/parts.h"

namespace pinlatch::proxy_protocol {
namespace {

constexpr size_t kWords = 5;  // protocol, two addresses, two ports

Error Refused(std::string detail) {
  return Error(ErrorCode::kProxyHeader, "PROXY version 1: " + std::move(detail));
}

// SplitWords cuts at single spaces: two in a row make an empty word. It returns how many words
// there are, of which the first kWords are written.
size_t SplitWords(std::string_view line, std::array<std::string_view, kWords>& words) {
  size_t count = 0;
  while (true) {
    const size_t space = line.find(' ');
    if (count < kWords) words[count] = line.substr(0, space);
    ++count;
    if (space == std::string_view::npos) return count;
    line.remove_prefix(space + 1);
  }
}

// ReadPort takes decimal digits without a leading zero, as the specification asks.
std::optional<uint16_t> ReadPort(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text.front() == '0')) return {};
  uint32_t port = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return {};
    port = port * 10 + static_cast<uint32_t>(digit - '0');
  }
  if (port > UINT16_MAX) return {};
  return static_cast<uint16_t>(port);
}

Status ReadEndpoint(std::string_view ip, std::string_view port, uint8_t size, Endpoint& into) {
  const auto address = ParseAddress(std::string(ip));
  if (!address || address->size != size) return Refused("an address does not match the protocol");
  const std::optional<uint16_t> number = ReadPort(port);
  if (!number) return Refused("a port is not valid");
  into = {WithoutMapping(*address), *number};
  return {};
}

Status ReadWords(std::string_view line, Header& into) {
  std::array<std::string_view, kWords> words;
  const size_t count = SplitWords(line, words);
  const std::string_view protocol = words[0];
  // What follows UNKNOWN has to be ignored.
  if (protocol == "UNKNOWN") return {};
  if (protocol != "TCP4" && protocol != "TCP6") return Refused("the protocol is not known");
  if (count != kWords) return Refused("two addresses and two ports are expected");
  const uint8_t size = protocol == "TCP4" ? 4 : 16;
  PINLATCH_TRY(ReadEndpoint(words[1], words[3], size, into.source));
  PINLATCH_TRY(ReadEndpoint(words[2], words[4], size, into.destination));
  into.kind = Header::Kind::kAddress;
  return {};
}

}  // namespace

Result<size_t> ReadVersion1(std::string_view text, Header& into) {
  const std::string_view window = text.substr(0, kMostVersion1Bytes);
  const size_t end = window.find('\n');
  if (end == std::string_view::npos) {
    if (window.size() == kMostVersion1Bytes) return Refused("the line is longer than 107 bytes");
    return size_t{0};
  }
  if (window[end - 1] != '\r') return Refused("the line does not end in CR LF");
  const std::string_view line = window.substr(0, end - 1);
  for (const char c : line) {
    if (c < 0x20 || c > 0x7E) return Refused("the line contains a byte that is not text");
  }
  into = Header();
  PINLATCH_TRY(ReadWords(line.substr(kVersion1Start.size()), into));
  return end + 1;
}

}  // namespace pinlatch::proxy_protocol
