// Tests base/error.h and base/result.h: the code table keeps its promises, errors propagate.
#include "base/error.h"

#include <set>
#include <string>

#include "base/result.h"
#include "doctest/doctest.h"

using pinlatch::Error;
using pinlatch::ErrorCode;
using pinlatch::Result;
using pinlatch::Status;

namespace {

constexpr ErrorCode kAll[] = {
#define PINLATCH_ERROR(name, code, source, status, text) ErrorCode::k##name,
#include "base/error_codes.def"
#undef PINLATCH_ERROR
};

Result<int> Half(int value) {
  if (value % 2 != 0) return Error(ErrorCode::kInternal, "odd");
  return value / 2;
}

Result<int> Quarter(int value) {
  PINLATCH_ASSIGN(const int half, Half(value));
  return Half(half);
}

Status RequireEven(int value) {
  PINLATCH_TRY(Half(value));
  return {};
}

}  // namespace

// What RFC 6750 section 3.1 names is called as it is there.
bool IsOfBearerTokens(std::string_view name) { return name == "insufficient_scope"; }

TEST_CASE("stable codes are unique kebab-case names") {
  std::set<std::string> seen;
  for (ErrorCode code : kAll) {
    const std::string name(pinlatch::StableCode(code));
    CHECK(seen.insert(name).second);
    if (IsOfBearerTokens(name)) continue;
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos);
  }
}

TEST_CASE("texts that a peer may see need no JSON escaping and statuses are of HTTP") {
  for (ErrorCode code : kAll) {
    const std::string text(pinlatch::GenericText(code));
    CHECK(text.find_first_of("\"\\\n") == std::string::npos);
    const uint16_t status = pinlatch::HttpStatusOf(code);
    CHECK((status == 0 || (status >= 400 && status <= 599)));
  }
}

TEST_CASE("errors propagate through the macros and values come out") {
  CHECK(*Quarter(8) == 2);
  CHECK(Quarter(6).error().detail == "odd");
  CHECK(RequireEven(2).ok());
  CHECK(RequireEven(3).error().code == ErrorCode::kInternal);
}
