// Tests base/page_blocks.h and base/recycled.h.
#include "base/page_blocks.h"

#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include "base/recycled.h"
#include "doctest/doctest.h"

using pinlatch::PageBlocks;

TEST_CASE("blocks of both sizes are whole, apart from one another, and writable") {
  for (size_t size : {PageBlocks::kSmall, PageBlocks::kLarge}) {
    std::set<uint8_t*> blocks;
    for (int i = 0; i < 200; ++i) {
      uint8_t* block = PageBlocks::Take(size);
      std::memset(block, i, size);
      CHECK(blocks.insert(block).second);
    }
    uint8_t* before = nullptr;
    for (uint8_t* block : blocks) {
      if (before != nullptr) CHECK(static_cast<size_t>(block - before) >= size);
      before = block;
    }
    for (uint8_t* block : blocks) PageBlocks::Give(block, size);
  }
}

TEST_CASE("a block is told from other memory, and what size it has") {
  uint8_t* small = PageBlocks::Take(PageBlocks::kSmall);
  uint8_t* large = PageBlocks::Take(PageBlocks::kLarge);
  const size_t size = PageBlocks::SizeOf(small);
  CHECK((size == PageBlocks::kSmall || size == 0));  // 0 under a sanitizer: from the heap
  CHECK(PageBlocks::SizeOf(large) == (size == 0 ? 0 : PageBlocks::kLarge));
  int local = 0;
  CHECK(PageBlocks::SizeOf(&local) == 0);
  CHECK(PageBlocks::SizeOf(nullptr) == 0);
  PageBlocks::Give(small, PageBlocks::kSmall);
  PageBlocks::Give(large, PageBlocks::kLarge);
}

TEST_CASE("a thread keeps a bounded number of free blocks, and after a Trim what it needed") {
  std::vector<uint8_t*> blocks;
  for (int i = 0; i < 2000; ++i) blocks.push_back(PageBlocks::Take(PageBlocks::kLarge));
  PageBlocks::Trim();
  for (uint8_t* block : blocks) PageBlocks::Give(block, PageBlocks::kLarge);
  CHECK(PageBlocks::Resident() <= 512 * (PageBlocks::kSmall + PageBlocks::kLarge));
  PageBlocks::Trim();  // since the last one they were all in use
  const size_t kept = PageBlocks::Resident();
  for (int i = 0; i < 3; ++i) blocks[static_cast<size_t>(i)] = PageBlocks::Take(PageBlocks::kLarge);
  for (int i = 0; i < 3; ++i) PageBlocks::Give(blocks[static_cast<size_t>(i)], PageBlocks::kLarge);
  PageBlocks::Trim();
  if (kept > 0) CHECK(PageBlocks::Resident() == 3 * PageBlocks::kLarge);
  PageBlocks::Trim();
  CHECK(PageBlocks::Resident() == 0);
}

TEST_CASE("the newest free block comes first") {
  uint8_t* first = PageBlocks::Take(PageBlocks::kLarge);
  PageBlocks::Give(first, PageBlocks::kLarge);
  if (PageBlocks::SizeOf(first) == 0) return;
  uint8_t* again = PageBlocks::Take(PageBlocks::kLarge);
  CHECK(again == first);
  PageBlocks::Give(again, PageBlocks::kLarge);
}

TEST_CASE("a block may be given back by another thread, which may end") {
  for (int round = 0; round < 20; ++round) {
    std::vector<uint8_t*> blocks;
    for (int i = 0; i < 100; ++i) blocks.push_back(PageBlocks::Take(PageBlocks::kLarge));
    std::thread([&blocks] {
      for (uint8_t* block : blocks) PageBlocks::Give(block, PageBlocks::kLarge);
      PageBlocks::Give(PageBlocks::Take(PageBlocks::kSmall), PageBlocks::kSmall);
    }).join();
  }
}

namespace {
struct Thing final : pinlatch::Recycled<Thing> {
  std::vector<int> numbers{1, 2, 3};
};
}  // namespace

TEST_CASE("recycled objects are constructed and destroyed as others are") {
  std::vector<Thing*> things;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 100; ++i) things.push_back(new Thing);
    for (const Thing* thing : things) CHECK(thing->numbers.size() == 3);
    for (const Thing* thing : things) delete thing;
    things.clear();
  }
  Thing* one = new Thing;
  const void* address = one;
  delete one;
  Thing* other = new Thing;
  CHECK(static_cast<const void*>(other) == address);
  delete other;
}
