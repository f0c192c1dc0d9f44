// Owns second forms of an ECDSA-Sig-Value: the same two numbers, written as DER does not allow.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tls/tls_bytes.h"

namespace pinlatch::test {

struct SecondForm {
  std::string name;
  std::function<Bytes(const Bytes&)> make;
};

// TwoNumbers are the contents of the INTEGERs of a signature in its right form.
struct TwoNumbers {
  Bytes r;
  Bytes s;
};

inline TwoNumbers NumbersOf(const Bytes& signature) {
  size_t at = signature[1] == 0x81 ? 3 : 2;
  const auto take = [&] {
    const auto begin = signature.begin() + static_cast<std::ptrdiff_t>(at + 2);
    const Bytes content(begin, begin + signature[at + 1]);
    at += 2 + content.size();
    return content;
  };
  Bytes r = take();
  return {std::move(r), take()};
}

inline Bytes Tagged(uint8_t tag, const Bytes& content) {
  const auto size = static_cast<uint8_t>(content.size());
  const Bytes head = size < 0x80 ? Bytes{tag, size} : Bytes{tag, 0x81, size};
  return Join({head, content});
}

inline Bytes Integer(const Bytes& content) { return Tagged(0x02, content); }

inline std::vector<SecondForm> SecondForms() {
  const auto padded = [](const Bytes& number) { return Join({{0}, number}); };
  const auto unsigned_form = [](const Bytes& number) {
    return number[0] == 0 ? Bytes(number.begin() + 1, number.end()) : number;
  };
  const auto pair = [](const Bytes& r, const Bytes& s) {
    return Tagged(0x30, Join({Integer(r), Integer(s)}));
  };
  return {
      {"r with a zero in front",
       [=](const Bytes& right) {
         const TwoNumbers two = NumbersOf(right);
         return pair(padded(two.r), two.s);
       }},
      {"s with a zero in front",
       [=](const Bytes& right) {
         const TwoNumbers two = NumbersOf(right);
         return pair(two.r, padded(two.s));
       }},
      {"numbers without their sign",  // negative, where the highest bit is set
       [=](const Bytes& right) {
         const TwoNumbers two = NumbersOf(right);
         const Bytes bare = pair(unsigned_form(two.r), unsigned_form(two.s));
         return bare == right ? pair(padded(two.r), two.s) : bare;
       }},
      {"an INTEGER with a long length",
       [](const Bytes& right) {
         const TwoNumbers two = NumbersOf(right);
         const Bytes head = {0x02, 0x81, static_cast<uint8_t>(two.r.size())};
         return Tagged(0x30, Join({head, two.r, Integer(two.s)}));
       }},
      {"a SEQUENCE with a long length",
       [](const Bytes& right) {
         const TwoNumbers two = NumbersOf(right);
         const Bytes inner = Join({Integer(two.r), Integer(two.s)});
         return Join({{0x30, 0x82, 0, static_cast<uint8_t>(inner.size())}, inner});
       }},
      {"a byte behind",
       [](const Bytes& right) {
         return Join({right, {0}});
       }},
      {"a byte within, behind the numbers",
       [](const Bytes& right) {
         const TwoNumbers two = NumbersOf(right);
         return Tagged(0x30, Join({Integer(two.r), Integer(two.s), {0}}));
       }},
  };
}

}  // namespace pinlatch::test
