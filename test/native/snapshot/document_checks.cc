// Owns what document_checks.h says.
#include "snapshot/document_checks.h"

#include <utility>

#include "doctest/doctest.h"
#include "snapshot/decoder.h"
#include "snapshot/test_document.h"

namespace pinlatch::snapshot {

void CheckTakes(std::string_view place, Values values) {
  for (const std::string_view value : values) {
    CAPTURE(place);
    CAPTURE(value);
    const Result<Snapshot> snapshot = Decode(Changed(place, value));
    CHECK(snapshot.ok());
    if (!snapshot.ok()) MESSAGE(snapshot.error().at << ": " << snapshot.error().detail);
  }
}

void CheckRefuses(std::string_view place, Values values) { CheckRefuses(place, values, place); }

void CheckRefuses(std::string_view place, Values values, std::string_view at) {
  for (const std::string_view value : values) {
    CAPTURE(place);
    CAPTURE(value);
    CHECK(Refusal(Changed(place, value)).at == at);
  }
}

Error Refusal(const std::string& document) {
  Result<Snapshot> snapshot = Decode(document);
  if (snapshot.ok()) return Error(ErrorCode::kInternal, "accepted");
  CHECK(snapshot.error().code == ErrorCode::kSnapshotInvalid);
  return std::move(snapshot).error();
}

}  // namespace pinlatch::snapshot
