// Owns the reading of one flat JSON object, as the public vectors have it: strings, numbers,
// booleans; other values are skipped. For tests; strict enough to fail on what it does not
// understand.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace pinlatch::tls::test {

// JsonLine maps the keys of one object to their values: the text of strings, the literal of numbers
// and booleans.
using JsonLine = std::map<std::string, std::string>;

// ReadJsonLine returns nothing when `line` is not a JSON object.
std::optional<JsonLine> ReadJsonLine(std::string_view line);

}  // namespace pinlatch::tls::test
