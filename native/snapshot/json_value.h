// Owns the reading of JSON: the parsed document and the cursors over it, which know their own JSON
// pointer. The only file (with json_value.cc) that knows yyjson; it knows nothing of what the
// document means.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct yyjson_doc;
struct yyjson_val;

namespace pinlatch::snapshot {

// Value is one place in a Document: what is there and how one gets there (RFC 6901). It borrows the
// document and the Value it was reached through, so it lives on the stack, inside the call that
// reads its parent.
class Value {
 public:
  Value() = default;

  bool IsNull() const;
  bool IsObject() const;
  bool IsArray() const;
  std::optional<std::string_view> AsText() const;  // borrows the document; may hold NUL
  std::optional<uint64_t> AsWhole() const;         // written without sign, fraction or exponent
  std::optional<bool> AsFlag() const;

  // Pointer returns the JSON pointer of this place, "" for the whole document.
  std::string Pointer() const;
  // Found describes what is here, in at most about 60 printable bytes.
  std::string Found() const;
  // Expected is the error "found <what is here>, expected <expected>" at this place.
  Error Expected(std::string_view expected) const;
  // Problem is the same with other words for what was found.
  Error Problem(std::string_view found, std::string_view expected) const;

 private:
  friend class Document;
  friend class ObjectReader;
  friend class ArrayReader;
  Value(const yyjson_val* node, const Value* parent, std::string_view key)
      : node_(node), parent_(parent), key_(key) {}
  Value(const yyjson_val* node, const Value* parent, size_t index)
      : node_(node), parent_(parent), index_(index), is_element_(true) {}

  const yyjson_val* node_ = nullptr;
  const Value* parent_ = nullptr;
  std::string_view key_;
  size_t index_ = 0;
  bool is_element_ = false;
};

// Document is a parsed JSON text (RFC 8259: no comments, no trailing commas, valid UTF-8, nothing
// behind it).
class Document {
 public:
  // Parse copies nothing out of `text` that outlives the Document. Error: kSnapshotInvalid with the
  // byte offset.
  static Result<Document> Parse(std::string_view text);
  Value root() const;

 private:
  struct Free {
    void operator()(yyjson_doc* doc) const;
  };
  explicit Document(yyjson_doc* doc) : doc_(doc) {}
  std::unique_ptr<yyjson_doc, Free> doc_;
};

// ObjectReader reads the members of one object by name, each exactly once; Finish() then refuses
// every member that nobody asked for. A reader that is not finished has not been strict.
class ObjectReader {
 public:
  // The reader borrows `object`. Whether it is an object at all is found out by the first Field or
  // Finish.
  explicit ObjectReader(const Value& object) : object_(object) {}
  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;

  // Has says whether there is a member `key`, without reading it.
  bool Has(std::string_view key) const;

  // Field reads the member `key` into `into` with `decode(const Value&, T&) → Status`. Errors: not
  // an object, no such member, two of them, or what `decode` returns.
  template <typename T, typename Decoder>
  Status Field(std::string_view key, T& into, const Decoder& decode) {
    PINLATCH_ASSIGN(const Value member, Take(key));
    return decode(member, into);
  }

  // Finish fails when there is a member that was not read.
  Status Finish() const;

 private:
  Result<Value> Take(std::string_view key);

  const Value& object_;
  std::vector<std::string_view> known_;
};

// ArrayReader walks over the elements of one array, in order. It borrows `array`.
class ArrayReader {
 public:
  explicit ArrayReader(const Value& array);

  size_t size() const { return size_; }  // 0 when it is no array
  // Next moves `element` on; false at the end.
  bool Next(Value& element);

 private:
  const Value& array_;
  const yyjson_val* next_ = nullptr;
  size_t index_ = 0;
  size_t size_ = 0;
};

}  // namespace pinlatch::snapshot
