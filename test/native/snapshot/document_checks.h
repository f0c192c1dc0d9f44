// Owns what the decoder's tests ask of a document that was changed at one place.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.h"

namespace pinlatch::snapshot {

using Values = std::initializer_list<std::string_view>;

// CheckTakes checks that FullDocument() is accepted with each of these JSON texts at `place`.
void CheckTakes(std::string_view place, Values values);

// CheckRefuses checks that it is refused with each of them, and that the error names `at`, which
// is `place` unless it is given.
void CheckRefuses(std::string_view place, Values values);
void CheckRefuses(std::string_view place, Values values, std::string_view at);

// Refusal returns the error of a document, checked to be kSnapshotInvalid, or one with detail
// "accepted".
Error Refusal(const std::string& document);

}  // namespace pinlatch::snapshot
