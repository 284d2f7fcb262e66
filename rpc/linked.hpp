// SPDX-License-Identifier: Apache-2.0
// Lists whose places lie in the elements: being in one costs no allocation, and who is destroyed has
// left. An element may be in as many lists at once as it has tags.
//
//   struct Session : Linked<struct ByAge> {};
//   List<Session, ByAge> sessions;
#pragma once

namespace cortado {

/// The place of an element in the list of this tag, if it is in one.
template <class Tag>
class Linked {
 public:
  Linked() = default;
  Linked(const Linked&) = delete;
  Linked& operator=(const Linked&) = delete;
  ~Linked() { leave(); }

  [[nodiscard]] bool is_linked() const { return before_ != nullptr; }
  void leave() {
    if (before_ == nullptr) return;
    before_->after_ = after_;
    after_->before_ = before_;
    before_ = after_ = nullptr;
  }

 private:
  template <class T, class ListTag>
  friend class List;
  Linked* before_ = nullptr;  // both null, or neither
  Linked* after_ = nullptr;
};

/// Of elements it does not own, which derive from Linked<Tag>.
template <class T, class Tag>
class List {
 public:
  List() { root_.before_ = root_.after_ = &root_; }
  List(const List&) = delete;
  List& operator=(const List&) = delete;
  ~List() { clear(); }

  [[nodiscard]] bool empty() const { return root_.after_ == &root_; }
  /// The list is not empty.
  [[nodiscard]] T& front() { return static_cast<T&>(*root_.after_); }

  /// `element` leaves the list of this tag that it was in.
  void push_back(T& element) {
    Linked<Tag>& link = element;
    link.leave();
    link.before_ = root_.before_;
    link.after_ = &root_;
    link.before_->after_ = root_.before_ = &link;
  }
  void pop_front() { root_.after_->leave(); }
  /// All leave.
  void clear() {
    while (!empty()) pop_front();
  }

  /// Visits all in order; `visit` may have the element it is given leave, and no other.
  template <class Visit>
  void for_each(Visit visit) {
    for (Linked<Tag>* at = root_.after_; at != &root_;) {
      Linked<Tag>* const after = at->after_;
      visit(static_cast<T&>(*at));
      at = after;
    }
  }

 private:
  Linked<Tag> root_;
};

}  // namespace cortado
