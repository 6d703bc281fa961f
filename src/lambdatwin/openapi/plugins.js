// Swagger UI filters by tag and case, and opens the dialog for tokens at its last field. Here the filter finds any word
// of a tag, a path, a summary or an operation id, and the dialog begins with the login.
[() => ({
    fn: {opsFilter: (tags, phrase) => tags
        .map((ops, tag) => ops.update("operations", all => all.filter(one => [tag, one.get("path"),
            one.getIn(["operation", "summary"]), one.getIn(["operation", "operationId"])]
            .join(" ").toLowerCase().includes(phrase.toLowerCase()))))
        .filter(ops => ops.get("operations").size)},
    statePlugins: {auth: {wrapActions: {showDefinitions: show => shown => {
        setTimeout(() => document.querySelector(".modal-ux-content")?.scrollTo(0, 0));
        return show(shown);
    }}}},
})]
