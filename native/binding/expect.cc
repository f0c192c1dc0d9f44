// See expect.h.
#include "binding/expect.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace pinlatch::binding {
namespace {

constexpr double kMostMilliseconds = 2147483647.0;
constexpr double kMostCount = 2147483647.0;
constexpr double kMostSafeInteger = 9007199254740991.0;

const char* Wanted(Kind kind) {
  switch (kind) {
    case Kind::kText:
      return "a string without NUL";
    case Kind::kBytes:
      return "a Uint8Array";
    case Kind::kFunction:
      return "a function";
    case Kind::kObject:
      return "an object";
    case Kind::kMilliseconds:
      return "a whole number of milliseconds from 0 to 2147483647";
    case Kind::kUnixSeconds:
      return "a whole number of seconds";
    case Kind::kCount:
      return "a whole number from 0 to 2147483647";
    case Kind::kFlag:
      return "true or false";
    case Kind::kTexts:
      return "an array of strings without NUL";
    case Kind::kBytesList:
      return "an array of Uint8Array";
  }
  return "something else";
}

bool IsInteger(const Napi::Value& value, double least, double most) {
  if (!value.IsNumber()) return false;
  const double number = value.As<Napi::Number>().DoubleValue();
  return number >= least && number <= most && std::trunc(number) == number;
}

// A NUL would end the text for the C library and not for whoever validated it.
bool IsText(const Napi::Value& value) {
  return value.IsString() && TextOf(value).find('\0') == std::string::npos;
}

bool IsTexts(const Napi::Value& value) {
  if (!value.IsArray()) return false;
  const auto array = value.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) {
    if (!IsText(array.Get(i))) return false;
  }
  return true;
}

bool IsBytes(const Napi::Value& value) {
  return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array;
}

bool IsBytesList(const Napi::Value& value) {
  if (!value.IsArray()) return false;
  const auto array = value.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) {
    if (!IsBytes(array.Get(i))) return false;
  }
  return true;
}

bool Is(const Napi::Value& value, Kind kind) {
  switch (kind) {
    case Kind::kText:
      return IsText(value);
    case Kind::kBytes:
      return IsBytes(value);
    case Kind::kFunction:
      return value.IsFunction();
    case Kind::kObject:
      return value.IsObject() && !value.IsArray() && !value.IsFunction();
    case Kind::kMilliseconds:
      return IsInteger(value, 0, kMostMilliseconds);
    case Kind::kUnixSeconds:
      return IsInteger(value, -kMostSafeInteger, kMostSafeInteger);
    case Kind::kCount:
      return IsInteger(value, 0, kMostCount);
    case Kind::kFlag:
      return value.IsBoolean();
    case Kind::kTexts:
      return IsTexts(value);
    case Kind::kBytesList:
      return IsBytesList(value);
  }
  return false;
}

// Refuse throws and returns false, so that a caller can return it.
bool Refuse(Napi::Env env, const char* signature, const std::string& complaint) {
  if (env.IsExceptionPending()) return false;  // a getter or proxy of the caller threw
  Napi::TypeError error = Napi::TypeError::New(env, std::string(signature) + ": " + complaint);
  error.Set("code", "ERR_INVALID_ARG_TYPE");
  error.ThrowAsJavaScriptException();
  return false;
}

bool Check(Napi::Env env, const Napi::Value& value, const char* signature,
           const Parameter& parameter) {
  if (parameter.optional && value.IsUndefined()) return true;
  if (Is(value, parameter.kind)) return true;
  return Refuse(env, signature, std::string(parameter.name) + " must be " + Wanted(parameter.kind));
}

}  // namespace

bool Expect(const Napi::CallbackInfo& info, const char* signature,
            std::initializer_list<Parameter> parameters) {
  if (info.Length() > parameters.size()) {
    return Refuse(info.Env(), signature,
                  "takes " + std::to_string(parameters.size()) + " arguments, got " +
                      std::to_string(info.Length()));
  }
  size_t index = 0;
  for (const Parameter& parameter : parameters) {
    if (!Check(info.Env(), info[index++], signature, parameter)) return false;
  }
  return true;
}

std::optional<Properties> Properties::Read(const Napi::Object& object, const char* signature,
                                           std::initializer_list<Parameter> parameters) {
  const Napi::Env env = object.Env();
  const Napi::Array names = object.GetPropertyNames();
  if (env.IsExceptionPending()) return std::nullopt;
  for (uint32_t i = 0; i < names.Length(); ++i) {
    const std::string name = TextOf(names.Get(i));
    const bool known = std::any_of(parameters.begin(), parameters.end(),
                                   [&](const Parameter& one) { return name == one.name; });
    if (!known) {
      Refuse(env, signature, "does not know the property " + name);
      return std::nullopt;
    }
  }
  Properties properties;
  for (const Parameter& parameter : parameters) {
    const Napi::Value value = object.Get(parameter.name);
    if (env.IsExceptionPending()) return std::nullopt;  // of a getter
    if (!Check(env, value, signature, parameter)) return std::nullopt;
    properties.values_.emplace_back(parameter.name, value);
  }
  return properties;
}

Napi::Value Properties::operator[](std::string_view name) const {
  const auto found = std::find_if(values_.begin(), values_.end(),
                                  [&](const auto& one) { return one.first == name; });
  assert(found != values_.end());
  return found->second;
}

std::string TextOf(const Napi::Value& value) {
  return value.IsString() ? value.As<Napi::String>().Utf8Value() : std::string();
}

std::vector<std::string> TextsOf(const Napi::Value& value) {
  std::vector<std::string> texts;
  if (!value.IsArray()) return texts;
  const auto array = value.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) texts.push_back(TextOf(array.Get(i)));
  return texts;
}

ByteSpan BytesOf(const Napi::Value& value) {
  const auto array = value.As<Napi::Uint8Array>();
  return {array.Data(), array.ByteLength()};
}

std::vector<ByteSpan> BytesListOf(const Napi::Value& value) {
  std::vector<ByteSpan> list;
  if (!value.IsArray()) return list;
  const auto array = value.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) list.push_back(BytesOf(array.Get(i)));
  return list;
}

uint32_t CountOf(const Napi::Value& value, uint32_t otherwise) {
  return value.IsNumber() ? value.As<Napi::Number>().Uint32Value() : otherwise;
}

bool FlagOf(const Napi::Value& value) {
  return value.IsBoolean() && value.As<Napi::Boolean>().Value();
}

}  // namespace pinlatch::binding
