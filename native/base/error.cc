// Turns the rows of error_codes.def into a table that the accessors index.
#include "base/error.h"

namespace pinlatch {
namespace {

struct Row {
  std::string_view code;
  ErrorSource source;
  uint16_t status;
  std::string_view text;
};

constexpr Row kRows[] = {
#define PINLATCH_ERROR(name, code, source, status, text) \
  {code, ErrorSource::k##source, status, text},
#include "base/error_codes.def"
#undef PINLATCH_ERROR
};

const Row& RowOf(ErrorCode code) { return kRows[static_cast<size_t>(code)]; }

}  // namespace

std::string_view StableCode(ErrorCode code) { return RowOf(code).code; }
ErrorSource SourceOf(ErrorCode code) { return RowOf(code).source; }
uint16_t HttpStatusOf(ErrorCode code) { return RowOf(code).status; }
std::string_view GenericText(ErrorCode code) { return RowOf(code).text; }

std::string_view SourceName(ErrorSource source) {
  constexpr std::string_view kNames[] = {"downstream", "upstream", "config", "internal"};
  return kNames[static_cast<size_t>(source)];
}

}  // namespace pinlatch
