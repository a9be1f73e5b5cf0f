"""Everyday words of families, bodies, illness, feelings and school: English|German|French|Chinese."""

from __future__ import annotations

CONCEPTS = """
family|familie|famille|家人,家庭
parents-in-law,in-laws|schwiegereltern|beaux-parents|公婆,岳父母
mother-in-law|schwiegermutter|belle-mère|婆婆,岳母
father-in-law|schwiegervater|beau-père|公公,岳父
brother-in-law|schwager|beau-frère|姐夫,妹夫,小舅子
sister-in-law|schwägerin|belle-sœur|嫂子,弟媳,小姑子
grandson|enkel,enkelsohn|petit-fils|孙子,外孙
granddaughter|enkelin|petite-fille|孙女,外孙女
grandchildren|enkelkinder|petits-enfants|孙辈
twins|zwillinge|jumeaux,jumelles|双胞胎
girlfriend|freundin|petite amie,copine|女朋友
boyfriend|freund|petit ami,copain|男朋友
roommate,flatmate,flat-mate|mitbewohner,mitbewohnerin|colocataire,coloc|室友,合租
classmate,schoolmate|mitschüler,klassenkamerad,schulfreund|camarade de classe|同学
childhood|kindheit|enfance|童年,小时候
youth|jugend|jeunesse|青春,年轻时
nickname|spitzname|surnom|外号,昵称,绰号
age|alter|âge|年龄,岁数
hair|haar,haare|cheveux|头发
haircut,hairdresser,barber|friseur,frisör,haarschnitt|coiffeur,coupe de cheveux|理发,剪头发,发型师
beard|bart|barbe|胡子
nose|nase|nez|鼻子
mouth|mund|bouche|嘴
throat|hals,rachen|gorge|喉咙,嗓子
neck|nacken,hals|cou,nuque|脖子,颈椎,颈
shoulder|schulter|épaule|肩膀,肩
elbow|ellbogen,ellenbogen|coude|手肘,肘
wrist|handgelenk|poignet|手腕
finger|finger|doigt|手指
hip|hüfte|hanche|髋,臀部,胯
ankle|knöchel,sprunggelenk|cheville|脚踝
bone|knochen|os|骨头,骨
muscle|muskel|muscle|肌肉
lung,lungs|lunge|poumon|肺
liver|leber|foie|肝,肝脏
brain|gehirn|cerveau|大脑,脑子
blood pressure|blutdruck|tension,pression artérielle|血压
cholesterol|cholesterin|cholestérol|胆固醇
diabetes|diabetes,zucker|diabète|糖尿病
asthma|asthma|asthme|哮喘
cancer,tumour,tumor|krebs,tumor|cancer,tumeur|癌症,肿瘤
flu|grippe|grippe|流感
headache,migraine|kopfschmerz,migräne|mal de tête,migraine|头痛,偏头痛
toothache|zahnschmerz|mal de dents,rage de dents|牙疼,牙痛
stomach ache|bauchschmerz,bauchweh|mal de ventre|肚子疼,胃疼
sprained,sprain,twisted|verstaucht,verstauchung|entorse,foulé|扭伤,崴
fracture,fractured|gebrochen,bruch|fracture,cassé|骨折
swollen,swelling|geschwollen,schwellung|gonflé,enflure|肿
rash,itch,itching|ausschlag,juckreiz|éruption,démangeaison|皮疹,痒
stitches|fäden,genäht|points de suture|缝针
x-ray|röntgen|radiographie,radio|拍片,X光
ultrasound,scan|ultraschall|échographie,scanner|超声,B超
dose,dosage|dosis,dosierung|dose,posologie|剂量,用量
side effect,side effects|nebenwirkung|effet secondaire,effets secondaires|副作用
vitamin|vitamin|vitamine|维生素
hearing aid|hörgerät|appareil auditif|助听器
optician|optiker|opticien|眼镜店,验光
eye doctor,ophthalmologist|augenarzt,augenärztin|ophtalmologue,ophtalmo|眼科
dermatologist|hautarzt,hautärztin|dermatologue|皮肤科
paediatrician,pediatrician|kinderarzt,kinderärztin|pédiatre|儿科
midwife|hebamme|sage-femme|助产士
therapist,therapy|therapeut,therapie|thérapeute,thérapie|治疗师,治疗
psychologist|psychologe,psychologin|psychologue|心理医生,心理咨询
diet|diät,ernährung|régime|饮食,节食
sleep,sleeps,slept,asleep|schlafen,schläft,schlaf,geschlafen|dormir,dort,dormi,sommeil|睡觉,睡眠,睡
dream|traum,geträumt|rêve,rêvé|梦
tired|müde|fatigué|累,疲惫
stress,stressed|stress,gestresst|stress,stressé|压力
happy,glad|glücklich,froh|heureux,heureuse,content|高兴,开心
sad|traurig|triste|难过,伤心
angry|wütend,ärger,verärgert|colère,fâché|生气
smoke,smokes,smoking,cigarette|raucht,rauchen,zigarette|fume,fumer,cigarette|抽烟,吸烟,烟
alcohol|alkohol|alcool|酒精
introduced|vorgestellt|présenté|介绍
engaged,engagement|verlobt,verlobung|fiancé,fiançailles|订婚
honeymoon|flitterwochen,hochzeitsreise|lune de miel|蜜月
anniversary|jahrestag,jubiläum|anniversaire de mariage,jubilé|纪念日,周年
baptism,christening|taufe,getauft|baptême|洗礼
retired,retire|ruhestand,pensioniert|retraité|退休
childminder,babysitter,nanny|tagesmutter,babysitter|nounou,baby-sitter|保姆,看孩子
nappy,nappies,diaper|windel,windeln|couche,couches|尿布,纸尿裤
pram,stroller,buggy|kinderwagen|poussette|婴儿车
toy,toys|spielzeug|jouet,jouets|玩具
doll|puppe|poupée|娃娃
teddy,plush|teddy,kuscheltier|peluche,doudou|毛绒玩具,玩偶
playground|spielplatz|aire de jeux|游乐场
school bag,satchel|schulranzen,ranzen|cartable|书包
report,school report|zeugnis|bulletin|成绩单
scholarship|stipendium|bourse|奖学金
thesis,dissertation|doktorarbeit,dissertation,abschlussarbeit|thèse,mémoire|论文
professor|professor,professorin|professeur|教授
lecture|vorlesung,vortrag|conférence,cours magistral|讲座
dormitory,dorm|wohnheim|résidence universitaire,cité universitaire|宿舍
religion,prayer|religion,gebet|religion,prière|宗教,祈祷
army,military|armee,militär,bundeswehr|armée,militaire|军队,当兵
emergency|notfall|urgence|急诊,紧急,急救
ambulance|krankenwagen,rettungswagen|ambulance|救护车
health insurance|krankenkasse,krankenversicherung|mutuelle,assurance maladie|医保,医疗保险
favourite,favorite|lieblings|préféré,préférée|最喜欢,最爱
testament,inheritance,inherited|testament,erbe,geerbt|testament,héritage,hérité|遗嘱,遗产,继承
kidney,kidneys|niere,nieren|reins,rénal|肾
argue,argued,quarrel|streit,gestritten,streiten|dispute,disputé|吵架,争吵
afraid,scared|angst|peur|害怕
"""
