// Owns the text of conditions and of what certificates present, for explanations. Pure.
#pragma once

#include <string>
#include <string_view>

#include "match/facts.h"
#include "snapshot/condition.h"

namespace pinlatch::policy {

// FieldText returns the name of the field as the configuration has it: "subject.OU".
std::string FieldText(const snapshot::Condition& field);
// ExpectedText words what the field may be: `"a"`, `one of "a", "b"`, `the pattern "a*"`.
std::string ExpectedText(const snapshot::Condition& field);
// PresentedText words the values that the certificate has there: `"a", "b"`, or `nothing`; and of
// those that admit nobody (Facts::Claims) `only claims of "c"`.
std::string PresentedText(const snapshot::Condition& field, const Facts& facts);

// DeniedText words why the field counts as what is denied although it does not read so: it follows
// PresentedText.
std::string DeniedText(const snapshot::Condition& field);

// MomentText is a time in ISO 8601, UTC: "2027-01-01T00:00:00Z".
std::string MomentText(UnixSeconds moment);
// Quoted puts a text in quotes and cuts it where it is too long for a line.
std::string Quoted(std::string_view text);

}  // namespace pinlatch::policy
