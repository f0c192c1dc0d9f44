// Owns the checking of what JavaScript passes in: every method declares its parameters in its first
// line, and nothing is converted before it was checked.
#pragma once

#include <napi.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace pinlatch::binding {

enum class Kind : uint8_t {
  kText,          // string without NUL
  kBytes,         // Uint8Array, so Buffer too
  kFunction,      // function
  kObject,        // object, not null, no array
  kMilliseconds,  // integer from 0 to 2^31 - 1
  kUnixSeconds,   // integer that a double holds exactly
  kCount,         // integer from 0 to 2^31 - 1
  kFlag,          // boolean
  kTexts,         // array of such strings
  kBytesList,     // array of Uint8Array
};

// Parameter is one positional parameter of a function, or one property of an options object.
struct Parameter {
  const char* name;
  Kind kind;
  bool optional = false;
};

// Expect checks a call against `parameters`. When it does not fit, it throws a TypeError that
// starts with `signature` and returns false: the caller returns at once.
bool Expect(const Napi::CallbackInfo& info, const char* signature,
            std::initializer_list<Parameter> parameters);

// Properties are those of an options object, each read once: a getter that changes its mind, or
// throws, finds nothing half checked.
class Properties {
 public:
  // Read checks an object's properties against `parameters`; unknown ones are refused. When it does
  // not fit it throws, as Expect does, and returns nothing.
  static std::optional<Properties> Read(const Napi::Object& object, const char* signature,
                                        std::initializer_list<Parameter> parameters);

  // The value of a declared property; undefined when it was optional and is absent.
  Napi::Value operator[](std::string_view name) const;

 private:
  std::vector<std::pair<std::string_view, Napi::Value>> values_;
};

// The conversions below are for values that were checked. A property that is absent gives an empty
// text or list.
std::string TextOf(const Napi::Value& value);
std::vector<std::string> TextsOf(const Napi::Value& value);
ByteSpan BytesOf(const Napi::Value& value);  // valid as long as the JavaScript object is
std::vector<ByteSpan> BytesListOf(const Napi::Value& value);  // likewise
uint32_t CountOf(const Napi::Value& value, uint32_t otherwise);
bool FlagOf(const Napi::Value& value);  // false when absent

}  // namespace pinlatch::binding
