// Owns LinkedList, a list of objects that have their links themselves: adding, removing and taking
// the first cost O(1) and no memory. Borrows its members; knows nothing of them.
#pragma once

#include <cassert>

namespace pinlatch {

// Links is a member's place in one list; it must not go while it is in one.
template <typename T>
struct Links {
  T* next = nullptr;
  T* previous = nullptr;
};

// LinkedList holds objects by their links `kLinks`, first in front. One thread.
template <typename T, Links<T> T::*kLinks>
class LinkedList {
 public:
  LinkedList() = default;
  ~LinkedList() { assert(empty()); }
  LinkedList(const LinkedList&) = delete;
  LinkedList& operator=(const LinkedList&) = delete;
  LinkedList(LinkedList&& other) noexcept : front_(other.front_), back_(other.back_) {
    other.front_ = other.back_ = nullptr;
  }
  LinkedList& operator=(LinkedList&&) = delete;

  bool empty() const { return front_ == nullptr; }
  T* front() const { return front_; }

  void PushFront(T& object) {
    (object.*kLinks).next = front_;
    (front_ == nullptr ? back_ : (front_->*kLinks).previous) = &object;
    front_ = &object;
  }
  void PushBack(T& object) {
    (object.*kLinks).previous = back_;
    (back_ == nullptr ? front_ : (back_->*kLinks).next) = &object;
    back_ = &object;
  }
  // Remove takes out an object that is in this list.
  void Remove(T& object) {
    Links<T>& links = object.*kLinks;
    (links.previous == nullptr ? front_ : (links.previous->*kLinks).next) = links.next;
    (links.next == nullptr ? back_ : (links.next->*kLinks).previous) = links.previous;
    links = {};
  }

 private:
  T* front_ = nullptr;
  T* back_ = nullptr;
};

}  // namespace pinlatch
