// Fuzzes proxy_protocol::ReadHeader and AppendHeader: what is read does not depend on how it
// arrives, stays within its bounds, and reads the same once it was written again.
#include <algorithm>

#include "outcome.h"
#include "proxy_protocol/address_text.h"
#include "proxy_protocol/tlv.h"
#include "proxy_protocol/write_header.h"

namespace pinlatch::proxy_protocol {
namespace {

using fuzz::Outcome;
using fuzz::Require;

bool SameEndpoint(const Endpoint& a, const Endpoint& b) {
  return a.port == b.port && AddressText(a.address) == AddressText(b.address);
}

// A prefix is awaited or refused for the same reason; the header's own size is all that it needs.
void CheckPieces(ByteSpan bytes, const Result<size_t>& whole) {
  const size_t end = whole.ok() && *whole > 0 ? *whole : bytes.size();
  for (const size_t cut : {size_t{1}, size_t{13}, end / 2, end - std::min<size_t>(end, 1)}) {
    if (cut > end) continue;
    Header header;
    const Result<size_t> part = ReadHeader(bytes.first(cut), header);
    if (whole.ok() && cut < end) Require(part.ok() && *part == 0);
    if (part.ok() && *part > 0) Require(whole.ok() && *whole == *part);
  }
  if (!whole.ok() || *whole == 0) return;
  Header header;
  const Result<size_t> exact = ReadHeader(bytes.first(end), header);
  Require(exact.ok() && *exact == end);
}

void CheckFields(const Header& header) {
  Tlv field;
  TlvReader reader(header.tlvs);
  size_t size = 0;
  while (reader.Next(field)) size += 3 + field.value.size();
  Require(!reader.broken() && size == header.tlvs.size());
}

void CheckWrittenAgain(const Header& header) {
  ToWrite again;
  again.source = header.source;
  again.destination = header.destination;
  again.authority = AsText(header.tlvs);
  ByteBuffer out;
  AppendHeader(out, again);
  Header read;
  const Result<size_t> size = ReadHeader(out.readable(), read);
  Require(size.ok() && *size == out.size() && *size <= kMostHeaderBytes);
  Require((read.kind == Header::Kind::kAddress) == (header.kind == Header::Kind::kAddress));
  if (read.kind != Header::Kind::kAddress) return;
  Require(SameEndpoint(read.source, header.source));
  Require(SameEndpoint(read.destination, header.destination));
}

std::string_view KindOf(const Header& header) {
  constexpr std::string_view kKinds[] = {"local", "unknown", "address", "unix"};
  return kKinds[static_cast<size_t>(header.kind)];
}

Outcome CheckHeader(ByteSpan bytes) {
  Header header;
  const Result<size_t> size = ReadHeader(bytes, header);
  CheckPieces(bytes, size);
  if (!size.ok()) {
    Require(size.error().code == ErrorCode::kProxyHeader && !size.error().detail.empty());
    return Outcome::Refused(size.error().code);
  }
  if (*size == 0) return Outcome::Incomplete();
  Require(*size <= (header.version == 1 ? kMostVersion1Bytes : kMostHeaderBytes));
  const bool named = header.kind == Header::Kind::kAddress;
  for (const Endpoint* end : {&header.source, &header.destination}) {
    Require(named ? end->address.size == 4 || end->address.size == 16 : end->address.size == 0);
  }
  CheckFields(header);
  CheckWrittenAgain(header);
  return Outcome::Accepted(KindOf(header));
}

}  // namespace
}  // namespace pinlatch::proxy_protocol

namespace pinlatch::fuzz {

Outcome Run(ByteSpan input) { return proxy_protocol::CheckHeader(input); }

std::vector<std::string_view> MustReach() {
  return {"accept-address",
          "accept-local",
          "accept-unknown",
          "accept-unix",
          "refuse-proxy-header-invalid",
          "refuse-incomplete"};
}

}  // namespace pinlatch::fuzz
