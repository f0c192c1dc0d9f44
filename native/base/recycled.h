// Owns the reuse of memory for objects that come and go with every request.
#pragma once

#include <array>
#include <cstddef>
#include <new>

namespace pinlatch {

// Recycled<T>, as a base of T, makes new and delete of T reuse the memory of Ts that the same
// thread deleted before; up to kKept of them are kept. T is final and has no base that is deleted
// through.
template <typename T>
class Recycled {
 public:
  static constexpr size_t kKept = 64;

  static void* operator new(size_t size) {
    Kept& kept = OfThisThread();
    return kept.count > 0 ? kept.memory[--kept.count] : ::operator new(size);
  }
  static void operator delete(void* memory) {
    Kept& kept = OfThisThread();
    if (kept.count == kKept) return ::operator delete(memory);
    kept.memory[kept.count++] = memory;
  }

 protected:
  Recycled() = default;
  ~Recycled() = default;

 private:
  struct Kept {
    ~Kept() {
      while (count > 0) ::operator delete(memory[--count]);
    }
    size_t count = 0;
    std::array<void*, kKept> memory;
  };
  static Kept& OfThisThread() {
    thread_local Kept kept;
    return kept;
  }
};

}  // namespace pinlatch
