"""The two programs under test, run as a user runs them. KHULASA and KHULASAD name them."""
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest

KHULASA = os.environ.get('KHULASA', 'khulasa')
KHULASAD = os.environ.get('KHULASAD', '')

SENTENCES = [
    'وصل الوفد الاقتصادي إلى المدينة صباح اليوم وبدأ محادثات مع المسؤولين المحليين.',
    'وقال رئيس الوفد إن المحادثات تناولت تمويل مشروع الجسر الجديد خلال العام المقبل.',
    'وتبلغ كلفة الجسر 600 مليون درهم بحسب تقديرات البلدية التي أعدت الدراسة.',
    'ومن المنتظر أن يوقع الطرفان اتفاقا نهائيا قبل نهاية الشهر الجاري في العاصمة.',
    'ويربط الجسر ضفتي النهر ويختصر الطريق إلى الميناء بنحو عشرين كيلومترا.',
]
TEXT = ' '.join(SENTENCES)
OTHER = ('أعلنت وزارة الصحة إطلاق حملة تطعيم واسعة ضد الحصبة في المحافظات الشمالية. '
         'وتشمل الحملة مئتي ألف طفل دون الخامسة من العمر في المدارس والمراكز الصحية. '
         'ودعت الوزارة الأهالي إلى مراجعة أقرب مركز صحي خلال الأسبوعين المقبلين.')


def lines(out):
    return [json.loads(line) for line in out.decode().splitlines()]


def article(**fields):
    return json.dumps(fields, ensure_ascii=False) + '\n'


class Case(unittest.TestCase):
    """A folder of its own for each test, and the command run in it."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix='khulasa-test-')
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(content.encode() if isinstance(content, str) else content)
        return path

    def run_command(self, *arguments, stdin=b''):
        """(exit status, standard output, standard error)"""
        if isinstance(stdin, str):
            stdin = stdin.encode()
        p = subprocess.run([KHULASA, *arguments], input=stdin, cwd=self.folder,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        return p.returncode, p.stdout, p.stderr.decode()

    def good(self, *arguments, stdin=b''):
        """Standard output of a run that must succeed."""
        status, out, err = self.run_command(*arguments, stdin=stdin)
        self.assertEqual(status, 0, err)
        return out

    def start_daemon(self, *arguments):
        """Path of the socket of a daemon that answers."""
        path = self.path('khulasad.sock')
        log = open(self.path('khulasad.log'), 'wb')
        self.addCleanup(log.close)
        daemon = self.daemon = subprocess.Popen([KHULASAD, '--socket', path, *arguments], cwd=self.folder,
                                                stdout=log, stderr=log)

        def stop():
            daemon.terminate()
            daemon.wait(timeout=30)
        self.addCleanup(stop)
        end = time.monotonic() + 30
        while time.monotonic() < end and daemon.poll() is None:
            if self.run_command('status', '--socket', path)[0] == 0:
                return path
            time.sleep(0.05)
        with open(self.path('khulasad.log'), encoding='utf-8') as f:
            self.fail('the daemon does not answer: ' + f.read())
