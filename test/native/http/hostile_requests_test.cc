// Runs requests that nobody here wrote (../shared/vectors/http1-requests.jsonl) through the parser
// as the gateway would. What counts is what would reach the upstream: nothing, or bytes that a
// strict reader takes as exactly the requests that were parsed. The strict reader below is naive on
// purpose and shares nothing with the parser.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <vector>

#include "http/body.h"
#include "http/hop_by_hop.h"
#include "http/target.h"
#include "http/writer.h"
#include "refusal.h"
#include "vectors.h"

namespace pinlatch::http {
namespace {

constexpr size_t kNoLimit = static_cast<size_t>(-1);

std::string Member(const std::string& line, const std::string& name) {
  const std::string start = "\"" + name + "\": \"";
  const size_t from = line.find(start);
  if (from == std::string::npos) return {};
  const size_t value = from + start.size();
  return line.substr(value, line.find('"', value) - value);
}

std::string Base64Decode(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    if (c == '=') break;
    const size_t value = kAlphabet.find(c);
    REQUIRE(value != std::string_view::npos);
    bits = bits << 6 | static_cast<uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

// NaiveRequest is what the strict reader makes of a request.
struct NaiveRequest {
  std::string start_line;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

std::optional<std::string> TakeLine(std::string& bytes) {
  const size_t end = bytes.find("\r\n");
  if (end == std::string::npos) return std::nullopt;
  std::string line = bytes.substr(0, end);
  if (line.find_first_of(std::string("\r\n\0", 3)) != std::string::npos) return std::nullopt;
  bytes.erase(0, end + 2);
  return line;
}

std::string Normal(std::string name) {
  for (char& c : name)
    c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<uint8_t>(c)));
  return name;
}

bool ReadNaiveFields(std::string& bytes, NaiveRequest& request) {
  while (true) {
    const auto line = TakeLine(bytes);
    if (!line) return false;
    if (line->empty()) return true;
    const size_t colon = line->find(": ");
    if (colon == std::string::npos || colon == 0) return false;
    const std::string name = line->substr(0, colon);
    for (char c : name) {
      if (c <= ' ' || c >= 0x7f ||
          std::string_view("(),/:;<=>?@[\\]{}\"").find(c) != std::string_view::npos) {
        return false;
      }
    }
    request.fields.emplace_back(Normal(name), line->substr(colon + 2));
  }
}

bool ReadNaiveChunks(std::string& bytes, std::string& body) {
  while (true) {
    const auto line = TakeLine(bytes);
    if (!line || line->empty() || line->find_first_not_of("0123456789abcdef") != std::string::npos)
      return false;
    const size_t size = std::stoul(*line, nullptr, 16);
    if (bytes.size() < size + 2 || bytes.compare(size, 2, "\r\n") != 0) return false;
    body += bytes.substr(0, size);
    bytes.erase(0, size + 2);
    if (size == 0) return true;
  }
}

// ReadNaively takes one request off `bytes`; nothing when a strict reader would not.
std::optional<NaiveRequest> ReadNaively(std::string& bytes) {
  NaiveRequest request;
  const auto start = TakeLine(bytes);
  if (!start || std::count(start->begin(), start->end(), ' ') != 2 ||
      !start->ends_with(" HTTP/1.1")) {
    return std::nullopt;
  }
  request.start_line = *start;
  if (!ReadNaiveFields(bytes, request)) return std::nullopt;
  size_t hosts = 0;
  std::vector<std::string> framing;
  for (const auto& [name, value] : request.fields) {
    if (name == "host") ++hosts;
    if (name == "content-length" || name == "transfer-encoding")
      framing.push_back(name + ":" + value);
  }
  if (hosts > 1 || framing.size() > 1) return std::nullopt;
  if (framing.empty()) return request;
  if (framing[0] == "transfer-encoding:chunked") {
    return ReadNaiveChunks(bytes, request.body) ? std::optional(request) : std::nullopt;
  }
  const std::string digits = framing[0].substr(sizeof("content-length:") - 1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  const size_t length = std::stoul(digits);
  if (bytes.size() < length) return std::nullopt;
  request.body = bytes.substr(0, length);
  bytes.erase(0, length);
  return request;
}

// Forward writes the request for an upstream: canonical target, end-to-end fields, our own framing.
bool Forward(const RequestHead& head, std::string_view body, ByteBuffer& out) {
  std::string path;
  if (head.path == "*") {
    path = "*";
  } else if (!CanonicalPath(head.path, path).ok()) {
    return false;
  }
  if (!ValidQuery(head.query)) return false;
  AppendRequestLine(out, head.method, path, head.query, head.has_query);
  for (const Field& field : head.fields.all()) {
    if (IsHopByHop(field.name, head.fields) || EqualsIgnoringCase(field.name, "content-length"))
      continue;
    AppendGivenField(out, field.name, field.value);
  }
  if (head.framing == Framing::kLength) AppendField(out, "Content-Length", head.content_length);
  if (head.framing == Framing::kChunked) AppendField(out, "Transfer-Encoding", "chunked");
  AppendEndOfHead(out);
  if (head.framing == Framing::kChunked) {
    AppendChunk(out, AsBytes(body));
    AppendLastChunk(out);
  } else {
    out.Append(body);
  }
  return true;
}

std::optional<std::string> TakeBody(const RequestHead& head, std::string_view& bytes) {
  BodyDecoder decoder;
  if (head.framing == Framing::kLength) decoder = BodyDecoder::Length(head.content_length);
  if (head.framing == Framing::kChunked) decoder = BodyDecoder::Chunked();
  std::string body;
  while (!decoder.done()) {
    const auto step = decoder.Decode(AsBytes(bytes), kNoLimit);
    if (!step.ok() || step->consumed == 0) return std::nullopt;
    body += AsText(step->payload);
    bytes.remove_prefix(step->consumed);
  }
  return body;
}

void CheckSameHead(const RequestHead& sent, const std::string& forwarded, std::string_view body) {
  auto again = std::make_unique<RequestHead>();
  size_t scanned = 0;
  const auto end = FindHeadEnd(AsBytes(forwarded), scanned, HeadLimits{});
  REQUIRE(end.ok());
  REQUIRE(*end > 0);
  const Status parsed =
      ParseRequestHead(std::string_view(forwarded).substr(0, *end), HeadLimits{}, *again);
  // A request of HTTP/1.0 without Host is the one that does not stand by itself in HTTP/1.1.
  if (sent.host.empty()) return;
  REQUIRE(parsed.ok());
  CHECK(again->method == sent.method);
  CHECK(again->query == sent.query);
  CHECK(again->has_query == sent.has_query);
  CHECK(again->host == sent.host);
  CHECK(again->framing == sent.framing);
  CHECK(again->content_length == sent.content_length);

  std::string rest = forwarded;
  const auto naive = ReadNaively(rest);
  REQUIRE(naive.has_value());
  CHECK(rest.empty());
  CHECK(naive->body == body);
  CHECK(naive->start_line == std::string(again->method) + " " + std::string(again->path) +
                                 (again->has_query ? "?" : "") + std::string(again->query) +
                                 " HTTP/1.1");
}

// Run returns how many requests of `payload` would be forwarded.
size_t Run(std::string_view payload) {
  size_t forwarded = 0;
  auto head = std::make_unique<RequestHead>();
  while (!payload.empty()) {
    size_t scanned = 0;
    const auto end = FindHeadEnd(AsBytes(payload), scanned, HeadLimits{});
    if (!end.ok() || *end == 0) break;
    if (!ParseRequestHead(payload.substr(0, *end), HeadLimits{}, *head).ok()) break;
    payload.remove_prefix(*end);
    const auto body = TakeBody(*head, payload);
    if (!body) break;
    ByteBuffer out;
    if (!Forward(*head, *body, out)) break;
    CheckSameHead(*head, std::string(out.text()), *body);
    ++forwarded;
    if (!head->keep_alive) break;
  }
  return forwarded;
}

TEST_CASE("hostile requests are refused, or are exactly the requests that a strict reader sees") {
  const std::optional<std::string> path = pinlatch::test::VectorsAt("http1-requests.jsonl");
  if (!path) return;
  std::ifstream file(*path);
  size_t total = 0;
  size_t forwarding = 0;
  std::string line;
  while (std::getline(file, line)) {
    const std::string id = Member(line, "id");
    CAPTURE(id);
    const std::string payload = Base64Decode(Member(line, "bytes"));
    REQUIRE_FALSE(payload.empty());
    ++total;
    const size_t forwarded = Run(payload);
    if (forwarded == 0) continue;
    ++forwarding;
    if (std::getenv("PINLATCH_SHOW_FORWARDED") != nullptr) MESSAGE(id, " forwards ", forwarded);
  }
  MESSAGE(forwarding, " of ", total, " payloads forward something");
  CHECK(total >= 593);
  // Some of them are plain requests: refusing everything would not be right either.
  CHECK(forwarding >= 8);
}

}  // namespace
}  // namespace pinlatch::http
