// Owns the words the tests of http/ share: parse and say how it went.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "doctest/doctest.h"
#include "http/head.h"

namespace pinlatch::http {

// Outcome returns "accepted" or the stable code of the error.
template <typename ResultOrStatus>
std::string Outcome(const ResultOrStatus& result) {
  return result.ok() ? "accepted" : std::string(StableCode(result.error().code));
}

// Request parses `bytes` (a whole head) as the gateway does, and holds the result. What FindHeadEnd
// refuses the parser must refuse too: neither relies on the other.
class Request {
 public:
  explicit Request(std::string bytes, const HeadLimits& limits = {})
      : bytes_(std::move(bytes)), head_(std::make_unique<RequestHead>()) {
    size_t scanned = 0;
    const Result<size_t> end = FindHeadEnd(AsBytes(bytes_), scanned, limits);
    const Status parsed = ParseRequestHead(bytes_, limits, *head_);
    outcome = end.ok() ? Outcome(parsed) : Outcome(end);
    if (!parsed.ok()) detail = parsed.error().detail;
    if (!end.ok() || *end != bytes_.size()) CHECK_FALSE(parsed.ok());
  }
  const RequestHead* operator->() const { return head_.get(); }
  const RequestHead& head() const { return *head_; }

  std::string outcome;
  std::string detail;

 private:
  std::string bytes_;
  std::unique_ptr<RequestHead> head_;
};

// Response does the same for responses.
class Response {
 public:
  explicit Response(std::string bytes, bool request_was_head = false, const HeadLimits& limits = {})
      : bytes_(std::move(bytes)), head_(std::make_unique<ResponseHead>()) {
    size_t scanned = 0;
    const Result<size_t> end = FindHeadEnd(AsBytes(bytes_), scanned, limits);
    const Status parsed = ParseResponseHead(bytes_, request_was_head, limits, *head_);
    outcome = Outcome(parsed);
    if (!parsed.ok()) detail = parsed.error().detail;
    if (!end.ok() || *end != bytes_.size()) CHECK_FALSE(parsed.ok());
  }
  const ResponseHead* operator->() const { return head_.get(); }

  std::string outcome;
  std::string detail;

 private:
  std::string bytes_;
  std::unique_ptr<ResponseHead> head_;
};

// WithLine returns a GET of / on host "a" with one more field line.
inline std::string WithLine(std::string_view line) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(line) + "\r\n\r\n";
}
// OutcomeOf returns how parsing that request went.
inline std::string OutcomeOf(std::string_view line) { return Request(WithLine(line)).outcome; }

// WithRequestLine returns a request on host "a" with this request line.
inline std::string WithRequestLine(std::string_view line) {
  return std::string(line) + "\r\nHost: a\r\n\r\n";
}
inline std::string OutcomeOfRequestLine(std::string_view line) {
  return Request(WithRequestLine(line)).outcome;
}

}  // namespace pinlatch::http
