// See json_value.h.
#include "snapshot/json_value.h"

#include <yyjson.h>

#include <algorithm>
#include <cstdio>

#include "base/ascii.h"

namespace pinlatch::snapshot {
namespace {

constexpr size_t kExcerptBytes = 48;

// yyjson's accessors take pointers to non-const although they only read.
yyjson_val* Mutable(const yyjson_val* node) { return const_cast<yyjson_val*>(node); }

std::string_view TextOf(const yyjson_val* node) {
  return {yyjson_get_str(Mutable(node)), yyjson_get_len(Mutable(node))};
}

// Excerpt quotes the start of a text so that it can be printed on one line of any log.
std::string Excerpt(std::string_view text) {
  std::string quoted = "\"";
  size_t count = std::min(text.size(), kExcerptBytes);
  while (count > 0 && count < text.size() && (static_cast<uint8_t>(text[count]) & 0xc0) == 0x80)
    --count;
  for (const char c : text.substr(0, count)) {
    if (IsControl(c)) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", unsigned{static_cast<uint8_t>(c)});
      quoted += escaped;
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  quoted += '"';
  if (count < text.size()) quoted += "… (" + std::to_string(text.size()) + " bytes)";
  return quoted;
}

std::string NumberText(const yyjson_val* node) {
  if (yyjson_is_uint(Mutable(node))) return std::to_string(yyjson_get_uint(Mutable(node)));
  if (yyjson_is_sint(Mutable(node))) return std::to_string(yyjson_get_sint(Mutable(node)));
  char text[40];
  std::snprintf(text, sizeof text, "the fraction %.17g", yyjson_get_real(Mutable(node)));
  return text;
}

void AppendEscapedToken(std::string& pointer, std::string_view key) {
  for (const char c : key) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

}  // namespace

bool Value::IsNull() const { return yyjson_is_null(Mutable(node_)); }
bool Value::IsObject() const { return yyjson_is_obj(Mutable(node_)); }
bool Value::IsArray() const { return yyjson_is_arr(Mutable(node_)); }

std::optional<std::string_view> Value::AsText() const {
  if (!yyjson_is_str(Mutable(node_))) return std::nullopt;
  return TextOf(node_);
}

std::optional<uint64_t> Value::AsWhole() const {
  if (!yyjson_is_uint(Mutable(node_))) return std::nullopt;
  return yyjson_get_uint(Mutable(node_));
}

std::optional<bool> Value::AsFlag() const {
  if (!yyjson_is_bool(Mutable(node_))) return std::nullopt;
  return yyjson_get_bool(Mutable(node_));
}

std::string Value::Pointer() const {
  if (parent_ == nullptr) return "";
  std::string pointer = parent_->Pointer();
  pointer += '/';
  if (is_element_) {
    pointer += std::to_string(index_);
  } else {
    AppendEscapedToken(pointer, key_);
  }
  return pointer;
}

std::string Value::Found() const {
  switch (yyjson_get_type(Mutable(node_))) {
    case YYJSON_TYPE_NULL:
      return "null";
    case YYJSON_TYPE_BOOL:
      return yyjson_get_bool(Mutable(node_)) ? "true" : "false";
    case YYJSON_TYPE_NUM:
      return NumberText(node_);
    case YYJSON_TYPE_STR:
      return Excerpt(TextOf(node_));
    case YYJSON_TYPE_ARR:
      return "a list of " + std::to_string(yyjson_arr_size(Mutable(node_)));
    case YYJSON_TYPE_OBJ:
      return "an object";
    default:
      return "nothing";
  }
}

Error Value::Expected(std::string_view expected) const { return Problem(Found(), expected); }

Error Value::Problem(std::string_view found, std::string_view expected) const {
  std::string detail = "found ";
  detail.append(found).append(", expected ").append(expected);
  return Error(ErrorCode::kSnapshotInvalid, std::move(detail), Pointer());
}

void Document::Free::operator()(yyjson_doc* doc) const { yyjson_doc_free(doc); }

Result<Document> Document::Parse(std::string_view text) {
  yyjson_read_err failure;
  // Without YYJSON_READ_INSITU the text is only read, whatever the parameter's type says.
  yyjson_doc* doc = yyjson_read_opts(const_cast<char*>(text.data()), text.size(),
                                     YYJSON_READ_NOFLAG, nullptr, &failure);
  if (doc != nullptr) return Document(doc);
  return Error(ErrorCode::kSnapshotInvalid, "found " + std::string(failure.msg) + " at byte " +
                                                std::to_string(failure.pos) + ", expected JSON");
}

Value Document::root() const {
  return Value(yyjson_doc_get_root(doc_.get()), nullptr, std::string_view());
}

bool ObjectReader::Has(std::string_view key) const {
  return yyjson_obj_getn(Mutable(object_.node_), key.data(), key.size()) != nullptr;
}

Result<Value> ObjectReader::Take(std::string_view key) {
  if (!object_.IsObject()) return object_.Expected("an object");
  known_.push_back(key);
  std::optional<Value> member;
  yyjson_obj_iter members = yyjson_obj_iter_with(Mutable(object_.node_));
  while (yyjson_val* name = yyjson_obj_iter_next(&members)) {
    if (TextOf(name) != key) continue;
    const bool doubled = member.has_value();
    member = Value(yyjson_obj_iter_get_val(name), &object_, key);
    if (doubled) return member->Problem("this key twice", "it once");
  }
  if (member.has_value()) return *member;
  return object_.Problem("no key " + Excerpt(key), "one");
}

Status ObjectReader::Finish() const {
  if (!object_.IsObject()) return object_.Expected("an object");
  yyjson_obj_iter members = yyjson_obj_iter_with(Mutable(object_.node_));
  while (yyjson_val* name = yyjson_obj_iter_next(&members)) {
    const std::string_view key = TextOf(name);
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    std::string expected = "none but";
    for (const std::string_view known : known_) expected.append(" ").append(known);
    return object_.Problem("the unknown key " + Excerpt(key), expected);
  }
  return {};
}

ArrayReader::ArrayReader(const Value& array)
    : array_(array),
      next_(yyjson_arr_get_first(Mutable(array.node_))),
      size_(yyjson_arr_size(Mutable(array.node_))) {}

bool ArrayReader::Next(Value& element) {
  if (index_ == size_) return false;
  element = Value(next_, &array_, index_);
  // Behind the last element lies either the next container's value or the end of the pool: never
  // step there.
  if (++index_ < size_) next_ = unsafe_yyjson_get_next(Mutable(next_));
  return true;
}

}  // namespace pinlatch::snapshot
