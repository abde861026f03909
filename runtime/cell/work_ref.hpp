// A piece of work that is called before its caller returns: a callable by reference, without a copy
// and without an allocation.
#pragma once

#include <concepts>
#include <type_traits>

namespace troupe::runtime {

class work_ref {
public:
  /// `work` must outlive the calls, as a lambda written in place of the argument does.
  template <class F>
  requires(!std::same_as<std::remove_cvref_t<F>, work_ref>) work_ref(F&& work)
  noexcept
    : what_{&work},
      call_{[](const void* what) { (*static_cast<const std::remove_reference_t<F>*>(what))(); }} {}

  void operator()() const { call_(what_); }

private:
  const void* what_;
  void (*call_)(const void*);
};

} // namespace troupe::runtime
