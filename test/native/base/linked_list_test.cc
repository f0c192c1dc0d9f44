// Tests the list of objects that have their links themselves.
#include "base/linked_list.h"

#include <string>
#include <utility>

#include "doctest/doctest.h"

using namespace pinlatch;

namespace {

struct Letter {
  explicit Letter(char what) : name(what) {}
  const char name;
  Links<Letter> links;
};
using Word = LinkedList<Letter, &Letter::links>;

// Spell empties the word.
std::string Spell(Word& word) {
  std::string text;
  while (Letter* first = word.front()) {
    text += first->name;
    word.Remove(*first);
  }
  return text;
}

}  // namespace

TEST_CASE("a list keeps its order from either end, whatever is taken out") {
  Letter a('a'), b('b'), c('c'), d('d');
  Word word;
  CHECK(word.empty());
  word.PushBack(b);
  word.PushBack(c);
  word.PushFront(a);
  word.PushBack(d);
  CHECK(Spell(word) == "abcd");
  for (Letter* each : {&a, &b, &c, &d}) word.PushBack(*each);
  word.Remove(a);
  word.Remove(c);
  CHECK(Spell(word) == "bd");
  word.PushFront(a);
  word.PushFront(b);
  word.Remove(a);
  word.PushBack(c);
  CHECK(Spell(word) == "bc");
  CHECK(word.empty());
}

TEST_CASE("a list that moved has what the other had") {
  Letter a('a'), b('b');
  Word word;
  word.PushBack(a);
  Word moved(std::move(word));
  moved.PushBack(b);
  CHECK(Spell(moved) == "ab");
}
