#include "actors/config/model/check.hpp"

#include <map>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/part_check.hpp"

namespace troupe::model {

namespace {

class checker {
public:
  checker(master& of, complaints& errors, bool formats) : of_{of}, errors_{errors} {
    names_.formats = formats;
  }

  void run() {
    check_locks();
    for (const auto& list : part_lists)
      each_part(list, [&](part& one, const component& is, part_check& with) {
        check_arguments(one, is, with);
      });
    for (const auto& list : part_lists)
      check_names(list);
    for (const auto& list : part_lists)
      each_part(list, [&](part& one, const component& is, part_check& with) {
        if (is.check && !one.name().empty()) // no name: has been complained about
          is.check(one, with);
      });
    if (names_.formats) {
      part_check with{"c", {}, errors_, names_};
      for (const auto& [name, value] : of_.properties)
        check_formats(value, with, "properties." + name);
    }
  }

private:
  template <class Visit>
  void each_part(const part_list& list, const Visit& visit) {
    std::size_t index = 0;
    for (auto& one : of_.*list.parts) {
      part_check with{path_of(list, index++), one.at, errors_, names_};
      if (auto* is = find_component(list.use, one.class_name))
        visit(one, *is, with);
      else
        with.complain({}, unknown_word(names_of(list.use)[static_cast<std::size_t>(list.use)],
                                       one.class_name, names_of_components(list.use)));
    }
  }

  static std::string path_of(const part_list& list, std::size_t index) {
    return fmt::format("c.{}[{}]", list.argument, index + 1);
  }

  // The same lock may have been defined more than once, but not in two ways.
  void check_locks() {
    std::map<std::pair<std::string, std::string>, const part*> known;
    for (auto& one : of_.locks) {
      auto* is = find_component(component_use::lock, one.class_name);
      part_check with{is ? is->full_name() : "c.locks", one.at, errors_, names_};
      if (!is) {
        with.complain(
            {}, unknown_word("lock", one.class_name, names_of_components(component_use::lock)));
        continue;
      }
      check_arguments(one, *is, with);
      names_.locks.insert(one.name());
      auto [other, fresh] = known.emplace(std::pair{one.class_name, one.name()}, &one);
      if (!fresh && other->second->arguments != one.arguments)
        with.complain("name", fmt::format("another {} '{}' has been defined differently",
                                          one.class_name, one.name()));
    }
  }

  void check_names(const part_list& list) {
    std::map<std::string, place> first;
    std::size_t index = 0;
    for (const auto& one : of_.*list.parts) {
      auto path = path_of(list, index++);
      auto name = one.name();
      if (name.empty())
        continue;
      auto [before, fresh] = first.emplace(name, one.at);
      if (!fresh)
        errors_.add(one.at, path + ".name",
                    fmt::format("'{}' is taken by the one of {}:{}", name, before->second.file,
                                before->second.line));
      if (list.use == component_use::worker)
        names_.workers.insert(name);
      else if (list.use == component_use::builder)
        names_.builders.insert(name);
    }
  }

  master& of_;
  complaints& errors_;
  configuration_names names_;
};

} // namespace

void check_master(master& of, complaints& errors, bool formats) {
  checker{of, errors, formats}.run();
}

} // namespace troupe::model
