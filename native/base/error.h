// Owns the error vocabulary: codes (error_codes.def), where they come from, and the Error value.
// Pure data; touches nothing else.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pinlatch {

enum class ErrorCode : uint8_t {
#define PINLATCH_ERROR(name, code, source, status, text) k##name,
#include "base/error_codes.def"
#undef PINLATCH_ERROR
};

enum class ErrorSource : uint8_t { kDownstream, kUpstream, kConfig, kInternal };

// StableCode returns the kebab-case name that operators and clients see, e.g. "not-pinned".
std::string_view StableCode(ErrorCode code);
// SourceOf says which side caused errors of this code.
ErrorSource SourceOf(ErrorCode code);
// SourceName returns "downstream", "upstream", "config" or "internal".
std::string_view SourceName(ErrorSource source);
// HttpStatusOf returns the status that a request is answered with, 0 where no response can be sent.
uint16_t HttpStatusOf(ErrorCode code);
// GenericText returns one sentence that may be shown to a peer.
std::string_view GenericText(ErrorCode code);

// Remedy is what the operator can do about an error: a command of `pinlatch`, word by word and not
// quoted (e.g. "trust", "forget-list", …), and when it is right to give it.
struct Remedy {
  std::string when;
  std::vector<std::string> command;
};

// Error is a code plus a detail for the operator. The detail is never sent to a peer. `at` is, for
// errors of configuration, the JSON pointer of the configuration entry that caused it (e.g.
// "/listeners/edge/bind"); most errors of configuration have no remedy, and no other error has one.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string detail;
  std::string at;
  std::shared_ptr<const Remedy> remedy;

  Error() = default;
  explicit Error(ErrorCode error_code) : code(error_code) {}
  Error(ErrorCode error_code, std::string error_detail)
      : code(error_code), detail(std::move(error_detail)) {}
  Error(ErrorCode error_code, std::string error_detail, std::string error_at)
      : code(error_code), detail(std::move(error_detail)), at(std::move(error_at)) {}
};

}  // namespace pinlatch
