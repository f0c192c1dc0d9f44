// Owns the decoders of single values, from which the decoders of the parts are put together like
// tables. Each is a callable (const Value&, T& into) → Status that either fills `into` or says what
// was found and expected.
#pragma once

#include <cassert>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "snapshot/json_value.h"
#include "snapshot/names.h"
#include "snapshot/range.h"
#include "snapshot/text_rules.h"

namespace pinlatch::snapshot {

// Text takes a text that keeps `rule`.
struct Text {
  const TextRule& rule;
  Status operator()(const Value& value, std::string& into) const;
};

// FoldedName takes the name of a header field that is to be found, and folds it (FoldFieldName).
// Where there are families, "X-Some-*", "SOME_*" and "$S*" are some, and keep their star.
struct FoldedName {
  bool has_families = false;
  Status operator()(const Value& value, std::string& into) const;
};

// NewName takes a name that `names` does not hold yet, and adds it.
struct NewName {
  NameTable& names;
  Status operator()(const Value& value, std::string& into) const;
};

// NameOf takes a name that `names` holds and resolves it.
struct NameOf {
  const NameTable& names;
  Status operator()(const Value& value, uint32_t& into) const;
};

// Constant takes one text only.
struct Constant {
  std::string_view expected;
  Status operator()(const Value& value, std::string_view& into) const;
};

// Flag takes true or false.
struct Flag {
  Status operator()(const Value& value, bool& into) const;
};

// Whole takes a whole number from `least` to `most`, both of which must fit the integer or duration
// decoded into.
struct Whole {
  uint64_t least;
  uint64_t most;

  template <typename T>
  Status operator()(const Value& value, T& into) const {
    assert(most <= MostOf<T>());
    const std::optional<uint64_t> number = value.AsWhole();
    if (!number.has_value() || *number < least || *number > most) return value.Expected(Words());
    if constexpr (requires { typename T::rep; }) {
      into = T(static_cast<typename T::rep>(*number));
    } else {
      into = static_cast<T>(*number);
    }
    return {};
  }

 private:
  template <typename T>
  static constexpr uint64_t MostOf() {
    if constexpr (requires { typename T::rep; }) {
      return static_cast<uint64_t>(std::numeric_limits<typename T::rep>::max());
    } else {
      return static_cast<uint64_t>(std::numeric_limits<T>::max());
    }
  }
  std::string Words() const;
};

// Within takes a whole number of a range that the schema gives.
constexpr Whole Within(const Range& range) { return {range.least, range.most}; }

// AnyOf writes `"a", "b" or "c"`.
std::string AnyOf(const std::vector<std::string_view>& words);

// OneOf takes one of a few texts, each of which stands for a value.
template <typename T>
class OneOf {
 public:
  using Choice = std::pair<std::string_view, T>;
  OneOf(std::initializer_list<Choice> choices) : choices_(choices) {}

  Status operator()(const Value& value, T& into) const {
    const std::optional<std::string_view> text = value.AsText();
    for (const auto& [name, meaning] : choices_) {
      if (text != name) continue;
      into = meaning;
      return {};
    }
    return value.Expected(Words());
  }

 private:
  std::string Words() const {
    std::vector<std::string_view> words;
    for (const Choice& choice : choices_) words.push_back(choice.first);
    return AnyOf(words);
  }

  std::vector<Choice> choices_;
};

// KindOf takes the word of one alternative of a variant, its kKind, and makes the variant that
// alternative with nothing in it yet.
struct KindOf {
  template <typename... Alternatives>
  Status operator()(const Value& value, std::variant<Alternatives...>& into) const {
    const std::optional<std::string_view> text = value.AsText();
    const auto take = [&]<typename Alternative>(std::type_identity<Alternative>) {
      if (text != Alternative::kKind) return false;
      into.template emplace<Alternative>();
      return true;
    };
    if ((take(std::type_identity<Alternatives>()) || ...)) return {};
    return value.Expected(AnyOf({Alternatives::kKind...}));
  }
};

// ListOf takes a list of `least` to `most` elements.
template <typename Decoder>
struct ListOf {
  Decoder decode;
  size_t least = 0;
  size_t most = std::numeric_limits<size_t>::max();

  template <typename T>
  Status operator()(const Value& value, std::vector<T>& into) const {
    if (!value.IsArray()) return value.Expected("a list");
    ArrayReader elements(value);
    if (elements.size() < least) return value.Expected("at least " + std::to_string(least));
    if (elements.size() > most) return value.Expected("at most " + std::to_string(most));
    into.reserve(elements.size());
    Value element;
    while (elements.Next(element)) PINLATCH_TRY(decode(element, into.emplace_back()));
    return {};
  }
};
template <typename Decoder, typename... Bounds>
ListOf(Decoder, Bounds...) -> ListOf<Decoder>;

// Entries takes a list of as many elements as the schema allows.
template <typename Decoder>
constexpr ListOf<Decoder> Entries(Decoder decode, const Range& range) {
  return {decode, static_cast<size_t>(range.least), static_cast<size_t>(range.most)};
}

// NullOr takes null, which leaves `into` as it is, or what `decode` takes.
template <typename Decoder>
struct NullOr {
  Decoder decode;

  template <typename T>
  Status operator()(const Value& value, T& into) const {
    if (value.IsNull()) return {};
    return decode(value, into);
  }
  template <typename T>
  Status operator()(const Value& value, std::optional<T>& into) const {
    if (value.IsNull()) return {};
    return decode(value, into.emplace());
  }
};
template <typename Decoder>
NullOr(Decoder) -> NullOr<Decoder>;

}  // namespace pinlatch::snapshot
