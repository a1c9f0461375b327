#include "client/files.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "client/report.h"

static enum file_kind kind_of(const char *path) {
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
    if (dot == NULL || (slash != NULL && dot < slash))
        return FILE_UNKNOWN;
    if (strcmp(dot, ".txt") == 0)
        return FILE_TEXT;
    if (strcmp(dot, ".json") == 0)
        return FILE_JSON;
    if (strcmp(dot, ".jsonl") == 0 || strcmp(dot, ".ndjson") == 0)
        return FILE_STREAM;
    return FILE_UNKNOWN;
}

/* The last component without its ending; ".txt" alone keeps its name. */
static char *name_without_ending(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    return strndup(name, dot != NULL && dot > name ? (size_t)(dot - name) : strlen(name));
}

static bool add(struct files *files, const char *path) {
    if (files->count == files->capacity) {
        size_t capacity = files->capacity == 0 ? 16 : files->capacity * 2;
        struct file *list = reallocarray(files->list, capacity, sizeof(*list));
        if (list == NULL)
            return false;
        files->list = list;
        files->capacity = capacity;
    }
    struct file *file = &files->list[files->count];
    *file = (struct file){.path = strdup(path), .kind = kind_of(path)};
    files->count++;
    return file->path != NULL;
}

static int by_path(const void *left, const void *right) {
    const struct file *a = left, *b = right;
    return strcmp(a->path, b->path);
}

/* The folder's files, behind those already there. */
static bool walk(struct files *files, const char *folder) {
    char *root = strdup(folder);
    if (root == NULL)
        return false;
    for (size_t end = strlen(root); end > 1 && root[end - 1] == '/'; end--)
        root[end - 1] = '\0';
    char *roots[] = {root, NULL};
    FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
    if (tree == NULL) {
        report("%s: %s", folder, strerror(errno));
        files->failures++;
        free(root);
        return true;
    }
    size_t first = files->count;
    bool good = true;
    for (FTSENT *entry; good && (entry = fts_read(tree)) != NULL;) {
        if (entry->fts_level > 0 && entry->fts_name[0] == '.') {
            fts_set(tree, entry, FTS_SKIP);
        } else if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR ||
                   entry->fts_info == FTS_NS) {
            report("%s: %s", entry->fts_path, strerror(entry->fts_errno));
            files->failures++;
        } else if (entry->fts_info == FTS_F && kind_of(entry->fts_path) != FILE_UNKNOWN) {
            good = add(files, entry->fts_path);
        }
    }
    fts_close(tree);
    free(root);
    if (files->count > first)
        qsort(files->list + first, files->count - first, sizeof(*files->list), by_path);
    return good;
}

static int by_id(const void *left, const void *right) {
    const struct file *const *a = left, *const *b = right;
    return strcmp((*a)->id, (*b)->id);
}

/* Names that occur once are ids; of the others, the paths are. */
static bool give_ids(struct files *files) {
    if (files->count == 0)
        return true;
    struct file **order = calloc(files->count, sizeof(struct file *));
    if (order == NULL)
        return false;
    bool good = true;
    for (size_t i = 0; i < files->count; i++) {
        order[i] = &files->list[i];
        order[i]->id = name_without_ending(order[i]->path);
        good = good && order[i]->id != NULL;
    }
    if (good)
        qsort(order, files->count, sizeof(*order), by_id);
    for (size_t i = 0; good && i < files->count;) {
        size_t end = i + 1;
        while (end < files->count && strcmp(order[end]->id, order[i]->id) == 0)
            end++;
        for (size_t k = i; end - i > 1 && k < end; k++) {
            free(order[k]->id);
            order[k]->id = strdup(order[k]->path);
            good = good && order[k]->id != NULL;
        }
        i = end;
    }
    free(order);
    return good;
}

static void add_sizes(struct files *files) {
    for (size_t i = 0; i < files->count; i++) {
        struct stat status;
        if (stat(files->list[i].path, &status) < 0 || !S_ISREG(status.st_mode)) {
            files->bytes = 0;
            return;
        }
        files->bytes += (size_t)status.st_size;
    }
}

bool files_collect(struct files *files, char *const *paths, size_t count) {
    *files = (struct files){0};
    for (size_t i = 0; i < count; i++) {
        struct stat status;
        if (strcmp(paths[i], "-") == 0) {
            if (!add(files, "-"))
                return false;
        } else if (stat(paths[i], &status) < 0) {
            report("%s: %s", paths[i], strerror(errno));
            files->failures++;
        } else if (!(S_ISDIR(status.st_mode) ? walk(files, paths[i]) : add(files, paths[i]))) {
            return false;
        }
    }
    if (count == 0 && !add(files, "-"))
        return false;
    add_sizes(files);
    return give_ids(files);
}

void files_clear(struct files *files) {
    for (size_t i = 0; i < files->count; i++) {
        free(files->list[i].path);
        free(files->list[i].id);
    }
    free(files->list);
    *files = (struct files){0};
}
