#include "digest/figures_private.h"

/* The mentions of the story's sources, by source. */
static int read_all(struct finder *finder, struct mention_reader *reader, const size_t *which,
                    size_t which_count, struct khulasa_error *error) {
    struct mentions mentions = {0};
    size_t most = 0;

    for (size_t s = 0; s < which_count; s++)
        most = finder->sources[which[s]].text->form_count > most
                   ? finder->sources[which[s]].text->form_count
                   : most;
    reader->forms = arena_alloc(finder->arena, most, sizeof *reader->forms);
    finder->first_of = arena_alloc(finder->arena, which_count + 1, sizeof *finder->first_of);
    if (!reader->forms || !finder->first_of)
        return arena_error(finder->arena, error);
    for (size_t s = 0; s < which_count; s++) {
        int code = job_check(finder->job, error);

        if (code != KHULASA_OK)
            return code;
        finder->first_of[s] = mentions.count;
        if (!mentions_read(reader, &finder->sources[which[s]], which[s], &mentions))
            return arena_error(finder->arena, error);
    }
    finder->first_of[which_count] = mentions.count;
    finder->mentions = mentions.items;
    finder->count = mentions.count;
    return KHULASA_OK;
}

/* Every mention stands alone and disagrees with none. */
static int set_apart(struct finder *finder, size_t which_count, struct khulasa_error *error) {
    finder->story_of = arena_alloc(finder->arena, finder->count, sizeof *finder->story_of);
    finder->parent = arena_alloc(finder->arena, finder->count, sizeof *finder->parent);
    finder->disagrees = arena_zalloc(finder->arena, finder->count, sizeof *finder->disagrees);
    if (!finder->story_of || !finder->parent || !finder->disagrees)
        return arena_error(finder->arena, error);
    for (size_t s = 0; s < which_count; s++) {
        for (size_t i = finder->first_of[s]; i < finder->first_of[s + 1]; i++) {
            finder->story_of[i] = s;
            finder->parent[i] = (uint32_t)i;
        }
    }
    return KHULASA_OK;
}

int figures_find(struct arena *arena, const struct khulasa_job *job,
                 const struct figure_lists *lists, const struct lexicon *lexicon,
                 const struct vocabulary *vocabulary, const struct source *sources,
                 const size_t *which, size_t which_count, struct found_figure **out, size_t *count,
                 struct khulasa_error *error) {
    struct mention_reader reader = {
        .arena = arena, .lists = lists, .lexicon = lexicon, .vocabulary = vocabulary};
    struct finder finder = {
        .arena = arena, .job = job, .lists = lists, .sources = sources, .reader = &reader};
    int code;

    *out = NULL;
    *count = 0;
    if (which_count < 2)
        return KHULASA_OK;
    code = read_all(&finder, &reader, which, which_count, error);
    if (code == KHULASA_OK)
        code = set_apart(&finder, which_count, error);
    if (code == KHULASA_OK)
        code = figures_compare(&finder, error);
    return code == KHULASA_OK ? figures_report(&finder, out, count, error) : code;
}
