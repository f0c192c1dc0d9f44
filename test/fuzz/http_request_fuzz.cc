// Fuzzes http::FindHeadEnd, http::ParseRequestHead, http::CanonicalPath, http::ValidQuery,
// http::ParseHost and the writers of heads: what is accepted must read the same once it was written
// again.
//
// Every input goes through every reader. What comes of it is the head's affair where it has a line
// break, the path's where it begins with a slash, else the host's.
#include <memory>
#include <string>

#include "http/head.h"
#include "http/hop_by_hop.h"
#include "http/target.h"
#include "http/writer.h"
#include "outcome.h"

namespace pinlatch::http {
namespace {

using fuzz::Outcome;
using fuzz::Require;

// FindInTwo looks for the end as when the first `cut` bytes arrive alone.
Result<size_t> FindInTwo(ByteSpan bytes, size_t cut) {
  size_t scanned = 0;
  Result<size_t> first = FindHeadEnd(bytes.first(cut), scanned, HeadLimits{});
  if (!first.ok() || *first != 0) return first;
  return FindHeadEnd(bytes, scanned, HeadLimits{});
}

void CheckFindHeadEnd(ByteSpan bytes) {
  const Result<size_t> whole = FindInTwo(bytes, 0);
  for (size_t cut : {size_t{1}, bytes.size() / 2, bytes.size()}) {
    if (cut > bytes.size()) continue;
    const Result<size_t> parts = FindInTwo(bytes, cut);
    Require(parts.ok() == whole.ok());
    if (whole.ok()) Require(*parts == *whole);
    if (!whole.ok()) Require(parts.error().code == whole.error().code);
  }
}

Outcome CheckHost(std::string_view value) {
  const Result<Host> host = ParseHost(value);
  if (!host.ok()) return Outcome::Refused(host.error().code);
  const Result<Host> again = ParseHost(host->name);
  Require(again.ok() && again->name == host->name && again->port == 0);
  return Outcome::Accepted("host");
}

// CheckPath makes `path` the canonical path.
Outcome CheckPath(std::string_view raw, std::string& path) {
  const Status canonical = CanonicalPath(raw, path);
  if (!canonical.ok()) return Outcome::Refused(canonical.error().code);
  std::string again;
  Require(CanonicalPath(path, again).ok() && again == path);
  Require(path.front() == '/' && path.find("//") == std::string::npos);
  Require((path + "/").find("/../") == std::string::npos);
  Require((path + "/").find("/./") == std::string::npos);
  return Outcome::Accepted("path");
}

void CheckWrittenAgain(const RequestHead& head, std::string_view path) {
  ByteBuffer out;
  AppendRequestLine(out, head.method, path, head.query, head.has_query);
  for (const Field& field : head.fields.all()) {
    const bool is_framing = EqualsIgnoringCase(field.name, "transfer-encoding");
    if (is_framing || !IsHopByHop(field.name, head.fields)) {
      AppendGivenField(out, field.name, field.value);
    }
  }
  AppendEndOfHead(out);
  size_t scanned = 0;
  HeadLimits limits;
  limits.max_bytes *= 2;  // a canonical field line may be longer by its space
  const Result<size_t> end = FindHeadEnd(out.readable(), scanned, limits);
  Require(end.ok() && *end == out.size());
  auto again = std::make_unique<RequestHead>();
  if (head.minor_version == 0) return;
  Require(ParseRequestHead(out.text(), limits, *again).ok());
  Require(again->method == head.method && again->path == path && again->query == head.query);
  Require(again->has_query == head.has_query && again->host == head.host);
  Require(again->framing == head.framing && again->content_length == head.content_length);
}

Outcome CheckHead(std::string_view text) {
  auto head = std::make_unique<RequestHead>();
  const Status parsed = ParseRequestHead(text, HeadLimits{}, *head);
  if (!parsed.ok()) return Outcome::Refused(parsed.error().code);
  size_t scanned = 0;
  const Result<size_t> end = FindHeadEnd(AsBytes(text), scanned, HeadLimits{});
  Require(end.ok() && *end == text.size());
  Require(!head->path.empty() && !head->method.empty());
  Require(head->host.empty() ? head->minor_version == 0 : ParseHost(head->host).ok());
  Require(head->framing == Framing::kLength || head->content_length == 0);
  Require(head->framing != Framing::kUntilClose);
  std::string path = "*";
  if (head->path != "*") {
    const Outcome canonical = CheckPath(head->path, path);
    if (canonical.name() != "accept-path") return canonical;
  }
  CheckWrittenAgain(*head, path);
  return Outcome::Accepted("head");
}

}  // namespace
}  // namespace pinlatch::http

namespace pinlatch::fuzz {

Outcome Run(ByteSpan input) {
  const std::string_view text = AsText(input);
  http::CheckFindHeadEnd(input);
  const Outcome head = http::CheckHead(text);
  std::string canonical;
  const Outcome path = http::CheckPath(text, canonical);
  const Outcome host = http::CheckHost(text);
  // What a target is cut from has no part that no line of a request could carry.
  if (http::ValidQuery(text)) Require(text.find_first_of(" \r\n") == std::string_view::npos);
  if (text.find('\n') != std::string_view::npos) return head;
  return text.starts_with('/') ? path : host;
}

std::vector<std::string_view> MustReach() {
  return {"accept-head", "accept-path", "accept-host", "refuse"};
}

}  // namespace pinlatch::fuzz
